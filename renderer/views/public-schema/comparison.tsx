import type { DraftComparison } from '../../../sync-core/domain/comparison.ts'
import { StatusGlyph } from '../../components/status-glyph.tsx'

/** What changes of a contract, and what becomes of each who reads it. */
export function Comparison({
  comparison,
  most = Number.POSITIVE_INFINITY,
}: {
  comparison: DraftComparison
  most?: number
}) {
  const { changes, consumers } = comparison
  return (
    <ul className="publish-comparison selectable">
      {changes.slice(0, most).map(({ needs, what }) => (
        <li key={what}>
          <span className={`mono publish-sign-${needs}`} aria-hidden>
            {needs === 'major' ? '!' : '+'}
          </span>
          <span>
            It {what} <span className="muted">({needs})</span>
          </span>
        </li>
      ))}
      {changes.length > most && <li className="muted">and {changes.length - most} more</li>}
      {consumers.map(({ consumer, breaks }) => (
        <li key={consumer}>
          <StatusGlyph glyph={breaks.length === 0 ? 'ok' : 'failed'} size={8} />
          <span>
            <span className="mono">{consumer}</span>{' '}
            {breaks.length === 0 ? (
              <span className="text-2">keeps working</span>
            ) : (
              <span className="text-2">breaks: it {breaks.join('; it ')}</span>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
