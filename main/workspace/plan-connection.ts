import { dirname, relative, sep } from 'node:path'
import { type Connection, isSameTarget, replicationNames, targetOf } from '../../sync-core/domain/connection.ts'
import type { Manifest, Pipeline } from '../../sync-core/domain/manifest.ts'
import { type ConnectionEdit, writeConnection } from '../../sync-core/manifest/edit-connection.ts'
import type { ConnectionForm, ConnectionReview, ConnectionSave } from '../contract/connection-edit.ts'
import { type FormConnection, readForm } from '../contract/read-form.ts'
import { Refusal } from '../ipc/refusal.ts'
import { readConnectionTexts, renameInDefinitions, textChanges } from './connection-files.ts'
import { describeSave } from './describe-save.ts'
import type { OpenWorkspace } from './open-workspace.ts'
import { type FileChange, markOf } from './replace-files.ts'
import { usersOf } from './users-of.ts'

/** All that saving a form would do; nothing of it is done. */
export interface ConnectionPlan {
  readonly manifest: Manifest
  /** What it was before; `undefined` for a new one. */
  readonly former: Connection | undefined
  readonly connection: FormConnection
  readonly changes: readonly FileChange[]
  readonly review: ConnectionReview
}

export interface PlanQuestion extends ConnectionSave {
  /** The password to keep; `undefined`: none, or whatever the manifest says. */
  secretOf(found: Pick<ConnectionPlan, 'manifest' | 'former' | 'connection'>): string | undefined
  /** Where passwords are kept; `undefined`: nowhere, they are for this run. */
  readonly keeper: string | undefined
}

/** Rejects with a Refusal where the form is not finished, its name is taken, or a file cannot be read. */
export async function planConnection(open: OpenWorkspace, question: PlanQuestion): Promise<ConnectionPlan> {
  const { pipeline, path } = open
  const { form, connection: id } = question
  const read = readForm(form)
  if (!read.ok) throw new Refusal({ message: `Cannot save the connection: ${firstOf(read.errors)}` })
  const { connection } = read
  const { manifest, former } = id === undefined ? newIn(pipeline, path) : findConnection(pipeline, id)
  refuseTakenName(pipeline, connection.slug, former)
  if (former !== undefined) refuseDestinationOnly(manifest, former, form)
  const secret = question.secretOf({ manifest, former, connection })

  const texts = await readConnectionTexts(manifest.path)
  const edit = editOf(manifest, { former, connection, form, hasPassword: secret !== undefined })
  const written = textChanges(manifest.path, texts, writeConnection(texts, edit, dirname(manifest.path)))
  const isRenamed = former !== undefined && former.slug !== connection.slug
  const renamed = isRenamed
    ? await renameInDefinitions(manifest.path, texts.manifest, former.slug, connection.slug)
    : { changes: [], programs: [] }
  const changes = [...written, ...renamed.changes].filter(({ before, after }) => before !== after)

  const files = changes.map(({ path: file, before, after }) => ({
    path: relative(dirname(path), file).split(sep).join('/'),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }))
  const effects = describeSave({
    connection,
    former,
    users: former === undefined ? undefined : usersOf(pipeline, former),
    programs: renamed.programs,
    leadsElsewhere: former !== undefined && !isSameTarget(targetOf(former), targetOf(asConnection(connection))),
    isTyped: question.password.kind === 'typed' && secret !== undefined,
    keeper: question.keeper,
  })
  return { manifest, former, connection, changes, review: { mark: markOf({ files, effects }), files, effects } }
}

export function findConnection(
  { manifests }: Pipeline,
  id: string,
): { readonly manifest: Manifest; readonly former: Connection } {
  for (const manifest of manifests) {
    const former = manifest.connections.find(({ slug }) => `${manifest.slug}/${slug}` === id)
    if (former !== undefined) return { manifest, former }
  }
  throw new Refusal({
    message: `Cannot change ${id}: it is no longer written in the manifests`,
    solution: 'Save it as a new connection.',
  })
}

export function asConnection(connection: FormConnection): Connection {
  return { engine: 'postgres', manifest: '', password: undefined, ...connection }
}

function newIn({ manifests }: Pipeline, path: string): { readonly manifest: Manifest; readonly former: undefined } {
  const manifest = manifests.find((each) => each.path === path)
  if (manifest !== undefined) return { manifest, former: undefined }
  throw new Refusal({
    message: 'Cannot save the connection: the manifest cannot be read',
    solution: 'Correct the problems of the manifest first; the draft is kept.',
  })
}

/** Over all manifests: the variable of its password has the connection's name alone. */
function refuseTakenName({ manifests }: Pipeline, slug: string, former: Connection | undefined): void {
  const owner = manifests.find(({ connections }) => connections.some((each) => each.slug === slug && each !== former))
  if (owner === undefined) return
  throw new Refusal({
    message: `Cannot save the connection: ${owner.slug} has one called ${slug} already`,
    solution: 'Choose another name.',
  })
}

function refuseDestinationOnly({ publicSchemas }: Manifest, former: Connection, form: ConnectionForm): void {
  const published = publicSchemas.find(({ dataStore }) => dataStore === former.slug)
  if (form.use !== 'destination' || published === undefined) return
  throw new Refusal({
    message: `Cannot make ${former.slug} a destination only: ${published.name} is published from it`,
    solution: 'Use it as a source, or as both.',
  })
}

function editOf(
  manifest: Manifest,
  given: {
    readonly former: Connection | undefined
    readonly connection: FormConnection
    readonly form: ConnectionForm
    readonly hasPassword: boolean
  },
): ConnectionEdit {
  const { former, connection, form, hasPassword } = given
  return {
    former: former?.slug,
    ...connection,
    replication: form.use === 'destination' ? undefined : replicationNames(manifest.slug, connection.slug),
    password: hasPassword ? 'variable' : 'untouched',
  }
}

function firstOf(errors: Readonly<Record<string, string | undefined>>): string {
  const [field, fault] = Object.entries(errors)[0] ?? []
  return `${field === 'slug' ? 'name' : field}: ${fault}`
}
