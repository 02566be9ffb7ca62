import type { AppState } from '../../../main/contract/contract.ts'
import { StatusGlyph } from '../../components/status-glyph.tsx'

/** While a workspace opens: which step, and how many are left. */
export function Opening({ progress }: { progress: NonNullable<AppState['opening']> }) {
  const { step, done, total } = progress
  return (
    <div className="opening" role="status">
      <div className="opening-words">
        <StatusGlyph glyph="running" size={12} />
        <strong>{step}</strong>
        <span className="grow" />
        <span className="muted num">
          step {Math.min(done + 1, total)} of {total}
        </span>
      </div>
      <progress className="bar" max={total} value={done} aria-label="Opening the workspace" />
    </div>
  )
}
