/** What the change of a contract needs: a new minor version, or a major one because somebody may rely on what changes. */
export function NeededVersion({ needs }: { needs: 'minor' | 'major' }) {
  return (
    <span className={`word-chip needed-version ${needs === 'major' ? 'word-chip-warn' : 'word-chip-ok'}`}>{needs}</span>
  )
}
