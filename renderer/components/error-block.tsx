import { ChevronDown, ChevronRight, Copy } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useProgram } from '../stores/program.ts'
import { Button } from './button.tsx'
import { StatusGlyph } from './status-glyph.tsx'

export interface ErrorBlockProps {
  /** What failed. */
  readonly message: string
  /** Why, and what to do next. */
  readonly solution?: string | undefined
  /** Code, SQLSTATE, the server's own words: name and value. */
  readonly details?: readonly (readonly [string, string])[]
  /** What to do, as buttons. */
  readonly children?: ReactNode
}

/** A failure beside what it is about: sentence, cause, what to do, and for the curious the rest. */
export function ErrorBlock({ message, solution, details = [], children }: ErrorBlockProps) {
  return (
    <div className="error-block" role="alert">
      <StatusGlyph glyph="failed" size={12} />
      <div className="grow">
        <p className="error-sentence selectable">{message}</p>
        {solution !== undefined && solution !== '' && <p className="error-cause selectable">{solution}</p>}
        {children !== undefined && <div className="error-actions">{children}</div>}
        {details.length > 0 && <Details details={details} />}
      </div>
    </div>
  )
}

function Details({ details }: { details: readonly (readonly [string, string])[] }) {
  const [open, setOpen] = useState(false)
  const { actions } = useProgram()
  const copy = () => actions.copy(details.map(([name, value]) => `${name}: ${value}`).join('\n'), 'the details')
  const Chevron = open ? ChevronDown : ChevronRight
  return (
    <>
      <div className="error-details-bar">
        <button type="button" className="error-details-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Chevron size={14} aria-hidden /> Details
        </button>
        {open && (
          <Button kind="quiet" small icon={Copy} className="link" onClick={copy}>
            Copy
          </Button>
        )}
      </div>
      {open && (
        <dl className="error-details selectable">
          {details.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="mono">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  )
}
