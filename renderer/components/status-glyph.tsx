import type { Glyph } from '../stores/object-state.ts'

/** Colour of each glyph: the third way of saying the same, after shape and word. */
export const toneOf: Readonly<Record<Glyph, string>> = {
  ok: 'ok',
  retrying: 'warn',
  failed: 'error',
  paused: 'quiet',
  running: 'accent',
  waiting: 'quiet',
  backfilling: 'accent',
}

/** The shape of a state, 10 px. With `label` it stands alone and says its word to those who cannot see it. */
export function StatusGlyph({ glyph, label, size = 10 }: { glyph: Glyph; label?: string; size?: number }) {
  return (
    <svg
      className={`glyph tone-${toneOf[glyph]} glyph-${glyph}`}
      width={size}
      height={size}
      viewBox="0 0 10 10"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined}
    >
      {label !== undefined && <title>{label}</title>}
      <Shape glyph={glyph} />
    </svg>
  )
}

function Shape({ glyph }: { glyph: Glyph }) {
  switch (glyph) {
    case 'ok':
      return <circle cx="5" cy="5" r="3.6" fill="currentColor" />
    case 'retrying':
      return <path d="M5 0.9 9.6 9H0.4Z" fill="currentColor" />
    case 'failed':
      return (
        <>
          <rect x="0.3" y="0.3" width="9.4" height="9.4" rx="1.8" fill="currentColor" />
          <path d="M3.1 3.1 6.9 6.9M6.9 3.1 3.1 6.9" stroke="var(--plane-0)" strokeWidth="1.4" strokeLinecap="round" />
        </>
      )
    case 'paused':
      return <path d="M2.2 1.2h1.9v7.6H2.2ZM5.9 1.2h1.9v7.6H5.9Z" fill="currentColor" />
    case 'running':
      return (
        <>
          <path className="ring" d="M5 1.2a3.8 3.8 0 1 1-3.6 2.6" fill="none" stroke="currentColor" strokeWidth="1.6" />
          <path className="still" d="M5 1.2a3.8 3.8 0 0 1 0 7.6Z" fill="currentColor" />
        </>
      )
    case 'waiting':
      return (
        <circle cx="5" cy="5" r="3.9" fill="none" stroke="currentColor" strokeWidth="1.2" strokeDasharray="1.5 1.56" />
      )
    case 'backfilling':
      return (
        <>
          <circle cx="5" cy="5" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.2" />
          <path d="M5 1.2a3.8 3.8 0 0 0 0 7.6Z" fill="currentColor" />
        </>
      )
  }
}
