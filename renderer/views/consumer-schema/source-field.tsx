import type { PublicSchemaView } from '../../../main/contract/contract.ts'
import { Select } from '../../components/field.tsx'
import { useApp, useProgram } from '../../stores/program.ts'
import { majorOf } from './consumer-facts.ts'

const none: readonly PublicSchemaView[] = []

/** Every public schema of the workspace and of the manifests that it includes, a major at a time. */
export function SourceField({
  schema,
  onSource,
}: {
  schema: PublicSchemaView | undefined
  onSource: (schema: PublicSchemaView) => void
}) {
  const schemas = useApp(({ workspace }) => workspace?.publicSchemas ?? none)
  const { commands } = useProgram()
  if (schemas.length === 0)
    return (
      <p className="text-2">
        Nothing is published here yet.{' '}
        <button type="button" className="link" onClick={() => commands.run('schema.newPublic')}>
          Publish a table
        </button>
      </p>
    )
  const byManifest = [...Map.groupBy(schemas, ({ manifest }) => manifest)]
  return (
    <Select
      aria-label="Public schema"
      value={schema?.id ?? ''}
      onChange={({ target }) => {
        const chosen = schemas.find(({ id }) => id === target.value)
        if (chosen !== undefined) onSource(chosen)
      }}
    >
      {schema === undefined && <option value="">Choose a public schema…</option>}
      {byManifest.map(([manifest, own]) => (
        <optgroup key={manifest} label={manifest}>
          {own.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name} · v{majorOf(one)}
              {one.deprecated === undefined ? '' : ' · deprecated'}
            </option>
          ))}
        </optgroup>
      ))}
    </Select>
  )
}
