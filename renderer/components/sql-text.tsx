// biome-ignore-all lint/suspicious/noArrayIndexKey: the tokens of one text never move
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
import { useMemo } from 'react'
import { sqlTokens } from '../text/sql-tokens.ts'

/** SQL to be read and copied, placeholders marked. */
export function SqlText({ sql, lines }: { sql: string; lines?: number }) {
  const tokens = useMemo(() => sqlTokens(sql.trim()), [sql])
  return (
    <pre
      className="sql-text selectable"
      tabIndex={0}
      style={lines === undefined ? undefined : { maxHeight: lines * 17 + 18 }}
    >
      {tokens.map(({ type, text }, index) =>
        type === 'space' || type === 'mark' || type === 'name' ? (
          text
        ) : (
          <span key={index} className={`sql-${type}`}>
            {text}
          </span>
        ),
      )}
    </pre>
  )
}
