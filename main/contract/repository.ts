import { z } from 'zod'

/** The repository that the workspace lies in, as window and main speak of it. Paths are from its root, with `/`. */
const changedFile = z.object({
  path: z.string(),
  kind: z.enum(['manifest', 'settings', 'definition']),
  state: z.enum(['added', 'changed', 'removed', 'conflicted']),
})
export type ChangedFileView = z.infer<typeof changedFile>

const manifestDifference = z.object({
  kind: z.enum(['connection', 'public schema', 'consumer schema']),
  id: z.string(),
  state: z.enum(['added', 'changed', 'removed']),
  version: z.string().optional(),
  /** Each follows "it". */
  changes: z.array(z.string()).readonly(),
  fault: z.string().optional(),
  readBy: z.array(z.string()).readonly(),
})
export type ManifestDifferenceView = z.infer<typeof manifestDifference>

const repository = z.object({
  kind: z.literal('repository'),
  root: z.string(),
  /** `undefined`: not on a branch. */
  branch: z.string().optional(),
  branches: z.array(z.string()).readonly(),
  upstream: z.object({ name: z.string(), ahead: z.number(), behind: z.number() }).optional(),
  hasRemote: z.boolean(),
  /** Whether git is installed; if not, there is reading and committing, and nothing else. */
  hasGit: z.boolean(),
  /** Whether a commit must say who makes it. */
  asksAuthor: z.boolean(),
  /** Only a commit with one parent is undone here. */
  head: z.object({ hash: z.string(), subject: z.string(), isPushed: z.boolean(), parents: z.number() }).optional(),
  operation: z.enum(['merge', 'rebase']).optional(),
  /** What a merge that is under way would be committed with by git itself. */
  mergeMessage: z.string().optional(),
  files: z.array(changedFile).readonly(),
  /** Files of others: left alone. */
  otherChanges: z.number(),
  differences: z.array(manifestDifference).readonly(),
  secrets: z.array(z.object({ path: z.string(), line: z.number(), what: z.string() })).readonly(),
})
export type RepositoryView = z.infer<typeof repository>

const partConflict = z.object({
  id: z.string(),
  title: z.string(),
  base: z.string().optional(),
  ours: z.string().optional(),
  theirs: z.string().optional(),
  /** Each follows "it". */
  changes: z.object({ ours: z.array(z.string()).readonly(), theirs: z.array(z.string()).readonly() }),
})
export type PartConflictView = z.infer<typeof partConflict>

const nothing = z.undefined()
const path = z.string().min(1).max(4_096)
/** git writes a name and an address into one line, with these marks between them. */
const ofAuthor = z
  .string()
  .trim()
  .min(1)
  .max(250)
  .regex(/^[^<>\n\0]*$/)
const branchName = z.string().min(1).max(250)

export const repositoryVerbs = {
  'repository.read': {
    input: nothing,
    output: z.discriminatedUnion('kind', [
      repository,
      z.object({ kind: z.literal('none'), reason: z.literal('no-repository'), folder: z.string() }),
    ]),
  },
  'repository.init': { input: nothing, output: nothing },
  /** A file as it was committed last and as it is; only one that is shown as changed. */
  'repository.versions': {
    input: z.object({ path }),
    output: z.object({ before: z.string().optional(), after: z.string().optional() }),
  },
  'repository.commit': {
    input: z.object({
      paths: z.array(path).min(1).max(10_000),
      message: z.string().max(100_000),
      author: z.object({ name: ofAuthor, email: ofAuthor }).optional(),
    }),
    output: nothing,
  },
  /** Returns the message of the commit that is no more. */
  'repository.undoCommit': { input: nothing, output: z.object({ message: z.string() }) },
  'repository.discard': { input: z.object({ path }), output: nothing },
  'repository.createBranch': { input: z.object({ name: branchName }), output: nothing },
  'repository.switchBranch': { input: z.object({ name: branchName }), output: nothing },
  'repository.push': { input: nothing, output: nothing },
  'repository.pull': { input: nothing, output: z.object({ conflicts: z.array(z.string()).readonly() }) },
  /** Of the merge or the rebase that is under way. */
  'repository.abort': { input: nothing, output: nothing },
  'repository.continueRebase': { input: nothing, output: z.object({ conflicts: z.array(z.string()).readonly() }) },
  'repository.conflicts': { input: z.object({ path }), output: z.array(partConflict).readonly() },
  'repository.resolve': {
    input: z.object({ path, choices: z.record(z.string(), z.enum(['ours', 'theirs'])) }),
    output: nothing,
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
