import type { ConnectionView, PublicSchemaView, WorkspaceView } from '../../../main/contract/contract.ts'
import type { ConsumerSchemaForm } from '../../../main/contract/schema-edit.ts'
import { useApp } from '../../stores/program.ts'

/** What a form's names stand for in the open workspace; `undefined` where there is no such one, or not any more. */
export interface ConsumerFacts {
  readonly schema: PublicSchemaView | undefined
  readonly destination: ConnectionView | undefined
}

export function useConsumerFacts({ source, manifest, connection }: ConsumerSchemaForm): ConsumerFacts {
  const schema = useApp(({ workspace }) => findSource(workspace, source))
  const destination = useApp(({ workspace }) => findDestination(workspace, { manifest, connection }))
  return { schema, destination }
}

export function findSource(
  workspace: WorkspaceView | undefined,
  { manifest, name, major }: ConsumerSchemaForm['source'],
): PublicSchemaView | undefined {
  return workspace?.publicSchemas.find(
    (schema) => schema.manifest === manifest && schema.name === name && majorOf(schema) === major,
  )
}

export function findDestination(
  workspace: WorkspaceView | undefined,
  { manifest, connection }: Pick<ConsumerSchemaForm, 'manifest' | 'connection'>,
): ConnectionView | undefined {
  return workspace?.connections.find((one) => one.manifest === manifest && one.slug === connection)
}

export function majorOf({ version }: Pick<PublicSchemaView, 'version'>): number {
  return Number(version.split('.')[0])
}

/** As those ask who check and generate SQL. */
export function contractOf({ name, columns, key }: PublicSchemaView) {
  return {
    name,
    key: [...key],
    columns: columns.map(({ name: column, type, nullable, description }) => ({
      name: column,
      postgresType: type,
      nullable,
      description,
    })),
  }
}
