import { Info } from 'lucide-react'
import type { Effect } from '../../main/contract/review.ts'
import { StatusGlyph } from './status-glyph.tsx'

/** What comes of something beside the lines that change, each with how grave it is. */
export function Effects({ effects }: { effects: readonly Effect[] }) {
  return (
    <ul className="effects selectable" aria-label="What will happen">
      {effects.map(({ severity, sentence }) => (
        <li key={sentence}>
          <EffectMark severity={severity} />
          <span>{sentence}</span>
        </li>
      ))}
    </ul>
  )
}

function EffectMark({ severity }: Pick<Effect, 'severity'>) {
  if (severity === 'note') return <Info size={12} strokeWidth={1.6} role="img" aria-label="Note" />
  return <StatusGlyph glyph={severity === 'danger' ? 'failed' : 'retrying'} size={12} />
}
