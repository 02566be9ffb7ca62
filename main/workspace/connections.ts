import { type Connection, isSameTarget, targetOf } from '../../sync-core/domain/connection.ts'
import type { ConnectionForm, ConnectionReview, ConnectionSave, DraftView } from '../contract/connection-edit.ts'
import type { VerbInput } from '../contract/contract.ts'
import { readForm } from '../contract/read-form.ts'
import type { SchemaReview } from '../contract/schema-edit.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { Owner, Vault } from '../vault/vault.ts'
import type { DraftBook } from './drafts.ts'
import type { OpenWorkspace } from './open-workspace.ts'
import { asConnection, type ConnectionPlan, findConnection, planConnection } from './plan-connection.ts'
import { planConnectionRemoval } from './plan-connection-removal.ts'
import { backwards, type FileChange, replaceFiles } from './replace-files.ts'
import { type AskPlan, refuseUnseen, reviewOf } from './review-schema.ts'

export interface ConnectionsDeps {
  /** Does `work` in order with everything else that is asked of the workspace, and shows it anew. */
  change<T>(work: (open: OpenWorkspace) => Promise<T>): Promise<T>
  /** Path of the open workspace's manifest. */
  openPath(): string | undefined
  /** Shows the drafts as they are now. */
  showDrafts(): void
  readonly vault: Promise<Vault>
  readonly drafts: DraftBook<DraftView>
  readonly plan: AskPlan
  now(): number
}

/** Connections of the open workspace as people make, change and remove them. Everything rejects with a Refusal. */
export interface Connections {
  saveDraft(input: VerbInput<'connection.saveDraft'>): Promise<void>
  discardDraft(id: string): Promise<void>
  /** A draft as a connection, with the password that is kept with it; `undefined` where it cannot be read as one. */
  draft(workspace: string, id: string): Promise<Connection | undefined>
  /** What saving would write. */
  review(input: ConnectionSave): Promise<ConnectionReview>
  save(input: VerbInput<'connection.save'>): Promise<{ id: string }>
  /** What removing would do. */
  reviewRemoval(id: string): Promise<SchemaReview>
  remove(input: VerbInput<'connection.remove'>): Promise<void>
  /** Takes the last saving or removal back: files, passwords, draft. */
  undo(): Promise<void>
  confirmPassword(id: string): Promise<void>
}

/** The owner of a draft's password: no manifest has this path. */
const draftOwner = (id: string): Owner => ({ manifest: 'draft', slug: id })

export function createConnections(deps: ConnectionsDeps): Connections {
  const { change, vault: opening, drafts } = deps
  let last: { readonly workspace: string; undo(): Promise<void> } | undefined

  const dropDraft = async (id: string) => {
    await (await opening).forget(draftOwner(id))
    await drafts.drop(id)
    deps.showDrafts()
  }

  const plan = async (open: OpenWorkspace, input: ConnectionSave): Promise<ConnectionPlan> => {
    const vault = await opening
    return planConnection(open, {
      ...input,
      secretOf: (found) => passwordOf(vault, { ...input, ...found }),
      keeper: vault.strength.kind === 'system' ? vault.strength.keeper : undefined,
    })
  }
  const planOfRemoval = async ({ pipeline }: OpenWorkspace, id: string) => {
    const vault = await opening
    const { manifest, former } = findConnection(pipeline, id)
    const owner = { manifest: manifest.path, slug: former.slug }
    const { strength } = vault
    const keeper = strength.kind === 'system' ? strength.keeper : 'what is remembered until you quit'
    const plan = await planConnectionRemoval(pipeline, id, vault.find(owner) === undefined ? undefined : keeper)
    return { owner, plan, ...(await reviewOf(pipeline, { plan, table: undefined, ask: deps.plan })) }
  }
  const willUndo = (workspace: string, changes: readonly FileChange[], putBack: () => Promise<void>) => {
    const undo = async () => {
      await replaceFiles(changes.map(backwards).reverse())
      await putBack()
    }
    last = { workspace, undo }
  }
  const draftOf = ({ draft, connection, form }: ConnectionSave) => ({
    id: draft,
    ...(connection === undefined ? {} : { connection }),
    form,
    savedAt: deps.now(),
  })

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

    review: (input) => change(async (open) => (await plan(open, input)).review),

    save: (input) =>
      change(async (open) => {
        const { manifest, former, connection, changes, review } = await plan(open, input)
        if (review.mark !== input.reviewed) {
          throw new Refusal({
            message: 'Cannot save the connection: its files were changed since this was shown',
            solution: 'Look at what would be written now.',
          })
        }
        const vault = await opening
        const secret = passwordOf(vault, { ...input, manifest, former, connection })
        const owner = { manifest: manifest.path, slug: connection.slug }
        const formerOwner = { ...owner, slug: former?.slug ?? connection.slug }
        const putBack = remember(vault, [formerOwner, owner, draftOwner(input.draft)])
        const bound =
          secret === undefined ? undefined : { target: targetOf(asConnection(connection)), password: secret }
        await replaceFiles(changes)
        if (secret === undefined || formerOwner.slug !== owner.slug) await vault.forget(formerOwner)
        if (bound !== undefined) await vault.keep({ ...owner, ...bound })
        await dropDraft(input.draft)
        willUndo(open.path, changes, async () => {
          await putBack()
          // What was typed is a draft again, as it was a moment before.
          if (bound !== undefined && input.password.kind === 'typed') {
            await vault.keep({ ...draftOwner(input.draft), ...bound })
          }
          const hasPassword = vault.find(draftOwner(input.draft)) !== undefined
          await drafts.keep(open.path, { ...draftOf(input), hasPassword })
          deps.showDrafts()
        })
        return { id: `${manifest.slug}/${connection.slug}` }
      }),

    reviewRemoval: (id) => change(async (open) => (await planOfRemoval(open, id)).review),

    remove: ({ id, reviewed }) =>
      change(async (open) => {
        const { owner, plan, review } = await planOfRemoval(open, id)
        refuseUnseen(review, reviewed, 'remove it')
        const vault = await opening
        const putBack = remember(vault, [owner])
        await replaceFiles(plan.changes)
        await vault.forget(owner)
        willUndo(open.path, plan.changes, putBack)
      }),

    undo: () =>
      change(async ({ path }) => {
        if (last?.workspace !== path)
          throw new Refusal({ message: 'Nothing was changed here that could be taken back' })
        await last.undo()
        last = undefined
      }),

    confirmPassword: (id) =>
      change(async ({ pipeline }) => {
        const { manifest, former } = findConnection(pipeline, id)
        const vault = await opening
        const bound = vault.find({ manifest: manifest.path, slug: former.slug })
        if (bound !== undefined) await vault.keep({ ...bound, target: targetOf(former) })
      }),
  }
}

/** Keeps in mind what is kept for somebody, and returns what brings that back. */
function remember(vault: Vault, owners: readonly Owner[]): () => Promise<void> {
  const kept = owners.map((owner) => ({ owner, bound: vault.find(owner) }))
  return async () => {
    for (const { owner, bound } of kept) {
      if (bound === undefined) await vault.forget(owner)
      else await vault.keep(bound)
    }
  }
}

type PasswordQuestion = Pick<ConnectionSave, 'password' | 'draft'> &
  Pick<ConnectionPlan, 'manifest' | 'former' | 'connection'>

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
