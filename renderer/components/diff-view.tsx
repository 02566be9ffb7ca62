import { useEffect, useRef, useState } from 'react'
import { loadEditor } from '../editor/load-editor.ts'

interface DiffViewProps {
  readonly before: string
  readonly after: string
  readonly language: 'sql' | 'text'
  /** Read to those who hear the window. */
  readonly label: string
  /** As high as what differs, and no higher than this; else as high as its place. */
  readonly maxHeightPx?: number
}

/** Two states of a text beside one another, or below where there is no room; to be read and copied. */
export function DiffView({ before, after, language, label, maxHeightPx }: DiffViewProps) {
  const place = useRef<HTMLDivElement>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let takeAway: (() => void) | undefined
    let isOver = false
    const show = async (): Promise<void> => {
      const { createDiffView } = await loadEditor()
      if (isOver || place.current === null) return
      takeAway = createDiffView(place.current, { before, after, language, label, maxHeightPx })
    }
    show().catch((error: unknown) => {
      setFailed(true)
      reportError(error)
    })
    return () => {
      isOver = true
      takeAway?.()
    }
  }, [before, after, language, label, maxHeightPx])
  return failed ? <pre className="mono selectable diff-plain">{after}</pre> : <div ref={place} className="diff-view" />
}
