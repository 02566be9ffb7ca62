import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../components/button.tsx'
import { kindNames, ObjectChip, type ObjectKind } from '../../components/object-icon.tsx'
import type { Selection } from '../../stores/layout-store.ts'
import { useApp, useProgram } from '../../stores/program.ts'
import { ConnectionInspector } from './connection-inspector.tsx'
import { ConsumerInspector } from './consumer-inspector.tsx'
import './inspector.css'
import { SchemaInspector } from './schema-inspector.tsx'
import { StoreInspector } from './store-inspector.tsx'

/** Details of what is selected. Something that is gone from the manifests says so. */
export function ObjectInspector({ selection }: { selection: Selection }) {
  const workspace = useApp((state) => state.workspace)
  const { kind, id } = selection
  if (kind === 'store') return <StoreInspector />
  const connection = kind === 'connection' ? workspace?.connections.find((each) => each.id === id) : undefined
  if (connection !== undefined) return <ConnectionInspector connection={connection} />
  const schema = kind === 'schema' ? workspace?.publicSchemas.find((each) => each.id === id) : undefined
  if (schema !== undefined) return <SchemaInspector schema={schema} />
  const consumer = kind === 'consumer' ? workspace?.consumers.find((each) => each.id === id) : undefined
  if (consumer !== undefined) return <ConsumerInspector consumer={consumer} />
  return (
    <Inspector kind={kind} name={id.slice(id.lastIndexOf('/') + 1)} manifest="">
      <p className="inspector-section text-2">It is no longer written in the manifests.</p>
    </Inspector>
  )
}

interface InspectorProps {
  readonly kind: ObjectKind
  readonly name: string
  readonly manifest: string
  /** Below, 44 high: what can be done. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** Header, what scrolls, and the actions. */
export function Inspector({ kind, name, manifest, actions, children }: InspectorProps) {
  const { layout } = useProgram()
  return (
    <aside className="inspector" aria-label={`${kindNames[kind]} ${name}`}>
      <header className="inspector-head">
        <ObjectChip kind={kind} size={24} />
        <div className="grow">
          <h2 className="ellipsis" title={name}>
            {name}
          </h2>
          <p className="ellipsis muted">
            {kindNames[kind]}
            {manifest !== '' && ` · ${manifest}`}
          </p>
        </div>
        <IconButton icon={X} label="Close the inspector" keys="Escape" onClick={() => layout.select(undefined)} />
      </header>
      {children}
      {actions !== undefined && <footer className="inspector-actions">{actions}</footer>}
    </aside>
  )
}
