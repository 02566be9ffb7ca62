import type { WorkspaceView } from '../../main/contract/contract.ts'
import type { ConsumerSchemaForm, PublicSchemaForm } from '../../main/contract/schema-edit.ts'

/** The form that a new public schema begins with: of the manifest that was opened, over the first source there is. Pure. */
export function newPublicForm(workspace: WorkspaceView, given: Partial<PublicSchemaForm> = {}): PublicSchemaForm {
  const manifest = given.manifest ?? mainManifest(workspace)
  return {
    name: '',
    manifest,
    connection: bestConnection(workspace, manifest, ['source', 'both', 'unused']),
    major: 1,
    minor: 0,
    transformations: [],
    columns: [],
    key: [],
    tags: [],
    access: [],
    notTracked: [],
    ...given,
  }
}

/** The form that a new consumer schema begins with. Without a source one is chosen in the editor. Pure. */
export function newConsumerForm(workspace: WorkspaceView, given: Partial<ConsumerSchemaForm> = {}): ConsumerSchemaForm {
  const manifest = given.manifest ?? mainManifest(workspace)
  return {
    name: '',
    manifest,
    source: { manifest: '', name: '', major: 0 },
    connection: bestConnection(workspace, manifest, ['destination', 'both', 'unused']),
    sql: '',
    start: 'everything',
    policy: 'park',
    ...given,
  }
}

/** The manifest that was opened: what is new is written into it. */
function mainManifest({ manifests, summary }: WorkspaceView): string {
  return (manifests.find(({ path }) => path === summary.path) ?? manifests[0])?.slug ?? ''
}

/** Of that manifest: who does the same already comes first. */
function bestConnection(
  { connections }: WorkspaceView,
  manifest: string,
  roles: readonly WorkspaceView['connections'][number]['role'][],
): string {
  const own = connections.filter((connection) => connection.manifest === manifest)
  const best = roles.flatMap((role) => own.filter((connection) => connection.role === role))
  return best[0]?.slug ?? ''
}
