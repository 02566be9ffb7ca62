import type { Selection } from '../../stores/layout-store.ts'
import { useWhole } from '../../stores/with-teams.ts'
import { ConnectionInspector } from './connection-inspector.tsx'
import { ConsumerInspector } from './consumer-inspector.tsx'
import { Inspector } from './inspector.tsx'
import { SchemaInspector } from './schema-inspector.tsx'
import { StoreInspector } from './store-inspector.tsx'

/** Details of what is selected. Something that is gone from the manifests says so. */
export function ObjectInspector({ selection }: { selection: Selection }) {
  const workspace = useWhole((whole) => whole)
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
