import { FolderGit2, X } from 'lucide-react'
import { IconButton } from '../../components/button.tsx'
import { Ago } from '../../components/time.tsx'
import { useApp, useProgram } from '../../stores/program.ts'

/** Workspaces that were open before; at most five, the rest is in the menu. */
export function Recent() {
  const recent = useApp((state) => state.recent)
  const busy = useApp((state) => state.opening !== undefined)
  const { actions } = useProgram()
  if (recent.length === 0) return null
  return (
    <section className="recent" aria-label="Recent workspaces">
      <h2>Recent</h2>
      <ul>
        {recent.slice(0, 5).map(({ path, name, sample, openedAt }) => (
          <li key={path}>
            <button
              type="button"
              className="recent-open"
              disabled={busy}
              onClick={() => void (sample ? actions.openSample() : actions.open(path))}
            >
              <FolderGit2 size={14} strokeWidth={1.6} aria-hidden />
              <strong>{name}</strong>
              <span className="grow ellipsis muted">{path}</span>
              <span className="muted">
                <Ago at={openedAt} />
              </span>
            </button>
            <IconButton icon={X} size={14} label={`Forget ${name}`} onClick={() => actions.forget(path)} />
          </li>
        ))}
      </ul>
    </section>
  )
}
