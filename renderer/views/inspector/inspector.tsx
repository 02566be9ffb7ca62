import { Users, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../components/button.tsx'
import { kindNames, ObjectChip, type ObjectKind } from '../../components/object-icon.tsx'
import { useProgram } from '../../stores/program.ts'
import { useTeamOf } from '../../stores/with-teams.ts'
import './inspector.css'

interface InspectorProps {
  readonly kind: ObjectKind
  readonly name: string
  readonly manifest: string
  /** In place of its kind, where its name says that. */
  readonly about?: string
  /** Below, 44 high: what can be done. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** Header, what scrolls, and the actions. */
export function Inspector({ kind, name, manifest, about, actions, children }: InspectorProps) {
  const { layout } = useProgram()
  const team = useTeamOf(manifest)
  return (
    <aside className="inspector" aria-label={`${kindNames[kind]} ${name}`}>
      <header className="inspector-head">
        <ObjectChip kind={kind} size={24} />
        <div className="grow">
          <h2 className="ellipsis" title={name}>
            {name}
          </h2>
          <p className="ellipsis muted">
            {about ?? kindNames[kind]}
            {manifest !== '' && ` · ${manifest}`}
          </p>
        </div>
        <IconButton icon={X} label="Close the inspector" keys="Escape" onClick={() => layout.select(undefined)} />
      </header>
      {team !== undefined && (
        <p className="inspector-team">
          <Users size={14} strokeWidth={1.6} aria-hidden />
          Of another team, from {team.name}. It is not changed from here, and not run.
        </p>
      )}
      {children}
      {actions !== undefined && (team === undefined || kind === 'schema') && (
        <footer className="inspector-actions">{actions}</footer>
      )}
    </aside>
  )
}
