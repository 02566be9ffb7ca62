// biome-ignore-all lint/suspicious/noArrayIndexKey: the tokens of one text never move
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
import { useMemo } from 'react'
import { parseJson, printJson } from '../text/lossless-json.ts'

/** Longer than this nobody reads in a pane, and thousands of elements would hold up the window. */
const maxTokens = 6_000

/** JSON over several lines, every number as it stood; text that is no JSON, or too large, as it is. */
export function JsonText({ json }: { json: string }) {
  const tokens = useMemo(() => {
    const value = parseJson(json)
    const printed = value === undefined ? [] : printJson(value)
    return printed.length <= maxTokens ? printed : []
  }, [json])
  return (
    <pre className="json-text selectable" tabIndex={0}>
      {tokens.length === 0 && json.slice(0, 200_000)}
      {tokens.map(({ type, text }, index) =>
        type === 'space' || type === 'mark' ? (
          text
        ) : (
          <span key={index} className={`json-${type}`}>
            {text}
          </span>
        ),
      )}
    </pre>
  )
}
