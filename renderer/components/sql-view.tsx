import { useEffect, useRef, useState } from 'react'
import { loadEditor } from '../editor/load-editor.ts'
import { SqlText } from './sql-text.tsx'

const maxHeightPx = 476

/**
 * SQL to be read and copied, in Monaco. Until that is loaded, and where it cannot be, the same as plain text, which can
 * be read and copied as well.
 */
export function SqlView({ sql, label }: { sql: string; label: string }) {
  const place = useRef<HTMLDivElement>(null)
  const [isShown, setShown] = useState(false)
  const text = sql.trim()
  useEffect(() => {
    let takeAway: (() => void) | undefined
    let isOver = false
    const show = async (): Promise<void> => {
      const { createSqlView } = await loadEditor()
      if (isOver || place.current === null) return
      takeAway = createSqlView(place.current, { sql: text, label, maxHeightPx })
      setShown(true)
    }
    // The text stands there already; the error is for the log.
    show().catch(reportError)
    return () => {
      isOver = true
      takeAway?.()
      setShown(false)
    }
  }, [text, label])
  return (
    <div className="sql-view">
      {!isShown && <SqlText sql={text} />}
      <div ref={place} className="sql-editor" />
    </div>
  )
}
