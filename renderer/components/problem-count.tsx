import { StatusGlyph } from './status-glyph.tsx'

/** How many there are, with the shape and colour of the worst. */
export function ProblemCount({ count, errors }: { count: number; errors: boolean }) {
  return (
    <span className={`word-chip problem-count ${errors ? 'word-chip-error' : 'word-chip-warn'}`}>
      <StatusGlyph glyph={errors ? 'failed' : 'retrying'} size={8} /> {count}
    </span>
  )
}
