import type { PublicSchemaView, WorkspaceView } from '../../../main/contract/contract.ts'
import type { ConsumerSchemaForm } from '../../../main/contract/schema-edit.ts'
import { majorOf } from './consumer-facts.ts'

/** What of a new consumer's form follows from what it is to consume; what a person has written stays. Pure. */
export function consuming(
  schema: PublicSchemaView,
  form: Pick<ConsumerSchemaForm, 'name' | 'manifest' | 'connection'> & Partial<ConsumerSchemaForm>,
  { consumers, connections }: Pick<WorkspaceView, 'consumers' | 'connections'>,
): Partial<ConsumerSchemaForm> {
  const own = connections.filter(({ manifest }) => manifest === form.manifest)
  // Into the database that it comes from hardly anybody wants it.
  const other = own.filter(({ id }) => id !== schema.source)
  const writesSource = own.some(({ id, slug }) => id === schema.source && slug === form.connection)
  const taken = consumers.filter(({ manifest }) => manifest === form.manifest).map(({ name }) => name)
  return {
    source: { manifest: schema.manifest, name: schema.name, major: majorOf(schema) },
    ...(writesSource && other[0] !== undefined ? { connection: other[0].slug } : {}),
    ...(form.name === '' ? { name: freeName(`consume-${datasetOf(schema)}`, taken) } : {}),
    ...(form.table === undefined ? { table: { name: datasetOf(schema).replaceAll(/[^a-z0-9]+/gi, '_') } } : {}),
  }
}

/** `publish-account` is about accounts. */
function datasetOf({ name }: PublicSchemaView): string {
  return name.replace(/^publish[-_]/, '')
}

function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name
  for (let n = 2; ; n++) if (!taken.includes(`${name}-${n}`)) return `${name}-${n}`
}
