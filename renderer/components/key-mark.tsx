import { KeyRound } from 'lucide-react'

/** At a column that is part of what names a row. */
export function KeyMark({ of: name = 'key', size = 14 }: { of?: string; size?: number }) {
  const label = `Part of the ${name}`
  return (
    <span className="key-mark" role="img" aria-label={label} title={label}>
      <KeyRound size={size} strokeWidth={1.6} aria-hidden />
    </span>
  )
}
