import type { ReactNode } from 'react'

/** One sentence about what belongs here, and what fills it. */
export function EmptyState({ title, sentence, children }: { title: string; sentence: string; children?: ReactNode }) {
  return (
    <div className="empty-state">
      <svg width="112" height="48" viewBox="0 0 112 48" fill="none" aria-hidden="true">
        <rect x="0.75" y="0.75" width="30.5" height="45" rx="4" stroke="var(--text-3)" strokeWidth="1.5" />
        <path d="M8 14h16M8 23h16M8 32h10" stroke="var(--text-3)" strokeWidth="1.5" strokeLinecap="round" />
        <path d="M36 23h34" stroke="var(--text-3)" strokeWidth="1.5" strokeDasharray="4 3" />
        <rect
          x="76"
          y="0.75"
          width="35"
          height="45"
          rx="4"
          stroke="var(--public)"
          strokeWidth="1.5"
          strokeDasharray="4 3"
        />
        <path d="M93.5 17v12M87.5 23h12" stroke="var(--public)" strokeWidth="1.5" strokeLinecap="round" />
      </svg>
      <h2>{title}</h2>
      <p>{sentence}</p>
      {children !== undefined && <div className="empty-actions">{children}</div>}
    </div>
  )
}
