import { z } from 'zod'
import { effect, reviewedFile } from './review.ts'
import { schemaReview } from './schema-edit.ts'

/** Making, changing and removing a connection, as window and main speak of it. Passwords go to main and never come back. */
const text = (most: number) => z.string().max(most)

/** The form as it is typed: anything may still be wrong with it. */
export const connectionForm = z.object({
  slug: text(200),
  host: text(1_000),
  port: text(20),
  user: text(200),
  database: text(200),
  /** `address`: plain on this computer, `verify-full` to any other. */
  tls: z.enum(['address', 'disable', 'require', 'verify-ca', 'verify-full']),
  /** Paths. */
  ca: text(4_096),
  cert: text(4_096),
  key: text(4_096),
  environment: z.enum(['development', 'staging', 'production']).optional(),
  use: z.enum(['source', 'destination', 'both']),
})
export type ConnectionForm = z.infer<typeof connectionForm>

/** A form that was begun and not saved; it survives a crash. */
export const draftView = z.object({
  id: z.string().min(1).max(100),
  /** The connection that is being changed, `<manifest>/<slug>`; absent for a new one. */
  connection: z.string().max(500).optional(),
  form: connectionForm,
  /** How its last test ended, where nothing was changed since. */
  tested: z.enum(['passed', 'failed']).optional(),
  savedAt: z.number(),
  /** A password was typed and is kept with it. */
  hasPassword: z.boolean(),
})
export type DraftView = z.infer<typeof draftView>

/** Before the id of a draft, where a connection is asked for whose password is kept. */
export const draftPrefix = 'draft:'

/** What becomes of the password: another one, the one that is kept, or whatever the manifest says. */
const passwordChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('typed'), password: text(10_000) }),
  /** Of the draft, or of the connection that is changed. */
  z.object({ kind: z.literal('kept') }),
  z.object({ kind: z.literal('none') }),
])

/** What keeps passwords on this computer. */
export const vaultView = z.object({
  /** `false`: it would only look encrypted, so passwords are kept for this run and asked for again. */
  encrypts: z.boolean(),
  /** `GNOME Keyring` */
  keeper: z.string(),
})
export type VaultView = z.infer<typeof vaultView>

/** A form as it is to be saved. */
const connectionSave = z.object({
  draft: z.string(),
  form: connectionForm,
  connection: z.string().optional(),
  password: passwordChange,
})
export type ConnectionSave = z.infer<typeof connectionSave>

/** What saving would write. */
export const connectionReview = z.object({
  /** Of all that is shown; what is saved must still be that. */
  mark: z.string(),
  files: z.array(reviewedFile),
  effects: z.array(effect),
})
export type ConnectionReview = z.infer<typeof connectionReview>

const nothing = z.undefined()
const id = z.object({ id: z.string().min(1).max(500) })

export const connectionEditVerbs = {
  /** What a pasted text says: URL, psql line, `.env` lines, compose file. */
  'connection.readText': {
    input: z.object({ text: text(200_000) }),
    output: z.object({
      form: z.string().optional(),
      fields: z.object({
        host: z.string().optional(),
        port: z.number().optional(),
        user: z.string().optional(),
        database: z.string().optional(),
        password: z.string().optional(),
        tlsMode: z.enum(['disable', 'require', 'verify-ca', 'verify-full']).optional(),
        ca: z.string().optional(),
        cert: z.string().optional(),
        key: z.string().optional(),
      }),
      notes: z.array(z.string()),
    }),
  },
  /** Keeps a form; on disk when it answers. An empty password forgets the one that was kept with it. */
  'connection.saveDraft': {
    input: draftView
      .pick({ id: true, connection: true, form: true, tested: true })
      .extend({ password: text(10_000).optional() }),
    output: nothing,
  },
  'connection.discardDraft': { input: id, output: nothing },
  /** What saving would write; refused where it would be. Writes nothing. */
  'connection.review': { input: connectionSave, output: connectionReview },
  /** Writes what was reviewed into the files, the password into the vault, and drops the draft. */
  'connection.save': {
    input: connectionSave.extend({ reviewed: z.string().max(200) }),
    output: z.object({ id: z.string() }),
  },
  /** What removing would do. */
  'connection.reviewRemoval': { input: id, output: schemaReview },
  /** Refused while a schema uses it, and where it would not do what was reviewed. */
  'connection.remove': { input: id.extend({ reviewed: z.string().max(200) }), output: nothing },
  /** Takes the last saving or removal back, draft and password too; refused when the files were changed since. */
  'connection.undo': { input: nothing, output: nothing },
  /** The kept password may go where the connection leads now. */
  'connection.confirmPassword': { input: id, output: nothing },
  /** Asks with the system's dialog for a file in PEM. */
  'connection.chooseFile': { input: nothing, output: z.object({ path: z.string().optional() }) },
} as const
