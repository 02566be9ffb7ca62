import { dirname } from 'node:path'
import { type Connection, isSameTarget, replicationNames, targetOf } from '../../sync-core/domain/connection.ts'
import type { Manifest, Pipeline } from '../../sync-core/domain/manifest.ts'
import {
  type ConnectionEdit,
  type ConnectionTexts,
  removeConnection,
  writeConnection,
} from '../../sync-core/manifest/edit-connection.ts'
import type { ConnectionForm, DraftView } from '../contract/connection-edit.ts'
import type { VerbInput } from '../contract/contract.ts'
import { type FormConnection, readForm } from '../contract/read-form.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { Owner, Vault } from '../vault/vault.ts'
import { type ConnectionFiles, readConnectionFiles, replaceConnectionFiles } from './connection-files.ts'
import type { DraftBook } from './drafts.ts'
import { usersOf } from './users-of.ts'

export interface ConnectionsDeps {
  /** Does `work` in order with everything else that is asked of the workspace, and shows it anew. */
  change<T>(work: (open: OpenWorkspace) => Promise<T>): Promise<T>
  /** Path of the open workspace's manifest. */
  openPath(): string | undefined
  /** Shows the drafts as they are now. */
  showDrafts(): void
  readonly vault: Promise<Vault>
  readonly drafts: DraftBook<DraftView>
  now(): number
}

/** What is open: the manifest that was opened, and all that were read with it. */
export interface OpenWorkspace {
  readonly path: string
  readonly pipeline: Pipeline
}

/** Connections of the open workspace as people make, change and remove them. Everything rejects with a Refusal. */
export interface Connections {
  saveDraft(input: VerbInput<'connection.saveDraft'>): Promise<void>
  discardDraft(id: string): Promise<void>
  /** A draft as a connection, with the password that is kept with it; `undefined` where it cannot be read as one. */
  draft(workspace: string, id: string): Promise<Connection | undefined>
  save(input: VerbInput<'connection.save'>): Promise<{ id: string }>
  remove(id: string): Promise<void>
  undoRemove(): Promise<void>
  confirmPassword(id: string): Promise<void>
}

/** The owner of a draft's password: no manifest has this path. */
const draftOwner = (id: string): Owner => ({ manifest: 'draft', slug: id })

interface Removal {
  readonly before: ConnectionFiles
  readonly after: ConnectionTexts
  readonly password: ReturnType<Vault['find']>
}

export function createConnections(deps: ConnectionsDeps): Connections {
  const { change, vault: opening, drafts } = deps
  let removal: Removal | undefined

  const dropDraft = async (id: string) => {
    await (await opening).forget(draftOwner(id))
    await drafts.drop(id)
    deps.showDrafts()
  }

  return {
    async saveDraft({ id, connection, form, tested, password }) {
      const path = deps.openPath()
      if (path === undefined) throw new Refusal({ message: 'Cannot keep the draft: no workspace is open' })
      const vault = await opening
      if (password === '') await vault.forget(draftOwner(id))
      else if (password !== undefined) {
        await vault.keep({ ...draftOwner(id), target: targetOfForm(form), password })
      }
      const draft: DraftView = {
        id,
        ...(connection === undefined ? {} : { connection }),
        form,
        ...(tested === undefined ? {} : { tested }),
        savedAt: deps.now(),
        hasPassword: vault.find(draftOwner(id)) !== undefined,
      }
      await drafts.keep(path, draft)
      deps.showDrafts()
    },

    discardDraft: dropDraft,

    async draft(workspace, id) {
      const draft = drafts.of(workspace).find((each) => each.id === id)
      const read = draft === undefined ? undefined : readForm(draft.form)
      if (!read?.ok) return undefined
      const password = (await opening).find(draftOwner(id))?.password
      return { engine: 'postgres', manifest: '', ...read.connection, password }
    },

    save: ({ draft, form, connection: id, password }) =>
      change(async ({ path, pipeline }) => {
        const read = readForm(form)
        if (!read.ok) throw new Refusal({ message: `Cannot save the connection: ${firstOf(read.errors)}` })
        const { connection } = read
        const { manifest, former } = id === undefined ? newIn(pipeline, path) : find(pipeline, id)
        refuseTakenName(pipeline, connection.slug, former)
        if (former !== undefined) refuseBreakingUsers(pipeline, manifest, { former, connection, form })
        const vault = await opening
        const secret = passwordOf(vault, { password, draft, manifest, former, connection })
        const files = await readConnectionFiles(manifest.path)
        const edit = editOf(manifest, { former, connection, form, hasPassword: secret !== undefined })
        await replaceConnectionFiles(files, writeConnection(files, edit, dirname(manifest.path)))
        const owner = { manifest: manifest.path, slug: connection.slug }
        if (former !== undefined && (secret === undefined || former.slug !== connection.slug))
          await vault.forget({ ...owner, slug: former.slug })
        if (secret !== undefined)
          await vault.keep({ ...owner, target: targetOf(asConnection(connection)), password: secret })
        await dropDraft(draft)
        return { id: `${manifest.slug}/${connection.slug}` }
      }),

    remove: (id) =>
      change(async ({ pipeline }) => {
        const { manifest, former } = find(pipeline, id)
        const users = usersOf(pipeline, former)
        if (users.length > 0) {
          throw new Refusal({
            message: `Cannot remove ${former.slug}: ${users.join(', ')} ${users.length === 1 ? 'uses' : 'use'} it`,
            solution: 'Remove or change what uses it first.',
          })
        }
        const before = await readConnectionFiles(manifest.path)
        const after = removeConnection(before, former.slug)
        await replaceConnectionFiles(before, after)
        const vault = await opening
        const owner = { manifest: manifest.path, slug: former.slug }
        removal = { before, after, password: vault.find(owner) }
        await vault.forget(owner)
      }),

    undoRemove: () =>
      change(async () => {
        if (removal === undefined) throw new Refusal({ message: 'Nothing was removed that could come back' })
        const { before, after, password } = removal
        await replaceConnectionFiles({ ...after, path: before.path }, before)
        if (password !== undefined) await (await opening).keep(password)
        removal = undefined
      }),

    confirmPassword: (id) =>
      change(async ({ pipeline }) => {
        const { manifest, former } = find(pipeline, id)
        const vault = await opening
        const bound = vault.find({ manifest: manifest.path, slug: former.slug })
        if (bound !== undefined) await vault.keep({ ...bound, target: targetOf(former) })
      }),
  }
}

function newIn({ manifests }: Pipeline, path: string): { readonly manifest: Manifest; readonly former: undefined } {
  const manifest = manifests.find((each) => each.path === path)
  if (manifest !== undefined) return { manifest, former: undefined }
  throw new Refusal({
    message: 'Cannot save the connection: the manifest cannot be read',
    solution: 'Correct the problems of the manifest first; the draft is kept.',
  })
}

function find({ manifests }: Pipeline, id: string): { readonly manifest: Manifest; readonly former: Connection } {
  for (const manifest of manifests) {
    const former = manifest.connections.find(({ slug }) => `${manifest.slug}/${slug}` === id)
    if (former !== undefined) return { manifest, former }
  }
  throw new Refusal({
    message: `Cannot change ${id}: it is no longer written in the manifests`,
    solution: 'Save it as a new connection.',
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

function refuseBreakingUsers(
  pipeline: Pipeline,
  { publicSchemas }: Manifest,
  { former, connection, form }: { former: Connection; connection: FormConnection; form: ConnectionForm },
): void {
  const users = usersOf(pipeline, former)
  if (former.slug !== connection.slug && users.length > 0) {
    throw new Refusal({
      message: `Cannot rename ${former.slug}: ${users.join(', ')} ${users.length === 1 ? 'uses' : 'use'} it`,
      solution: 'Keep the name; what was synced so far is remembered by it.',
    })
  }
  const published = publicSchemas.find(({ dataStore }) => dataStore === former.slug)
  if (form.use === 'destination' && published !== undefined) {
    throw new Refusal({
      message: `Cannot make ${former.slug} a destination only: ${published.name} is published from it`,
      solution: 'Use it as a source, or as both.',
    })
  }
}

interface PasswordQuestion {
  readonly password: VerbInput<'connection.save'>['password']
  readonly draft: string
  readonly manifest: Manifest
  readonly former: Connection | undefined
  readonly connection: FormConnection
}

/** The password to keep; `undefined`: none, or whatever the manifest says. */
function passwordOf(vault: Vault, question: PasswordQuestion): string | undefined {
  const { password, draft, manifest, former, connection } = question
  if (password.kind === 'typed') return password.password === '' ? undefined : password.password
  if (password.kind === 'none') return undefined
  const ofDraft = vault.find(draftOwner(draft))
  if (ofDraft !== undefined) return ofDraft.password
  const kept = former === undefined ? undefined : vault.find({ manifest: manifest.path, slug: former.slug })
  if (kept === undefined || isSameTarget(kept.target, targetOf(asConnection(connection)))) return kept?.password
  throw new Refusal({
    message: `Cannot keep the password of ${connection.slug}: it was typed for another place`,
    solution: 'Type it again to send it to the new one.',
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

function targetOfForm(form: ConnectionForm): ReturnType<typeof targetOf> {
  const { host, user, database, tls, ca } = form
  return {
    engine: 'postgres',
    host,
    port: Number(form.port) || 5432,
    user,
    database,
    tlsMode: tls === 'address' ? undefined : tls,
    ca: ca === '' ? undefined : ca,
  }
}

function asConnection(connection: FormConnection): Connection {
  return { engine: 'postgres', manifest: '', password: undefined, ...connection }
}

function firstOf(errors: Readonly<Record<string, string | undefined>>): string {
  const [field, fault] = Object.entries(errors)[0] ?? []
  return `${field === 'slug' ? 'name' : field}: ${fault}`
}
