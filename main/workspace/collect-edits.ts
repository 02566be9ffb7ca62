import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import { type CollectedManifest, collectDefinitions } from '../../sync-core/definition-files/collect-definitions.ts'
import type { ReadDefinitions } from '../../sync-core/definition-files/read-sql-definitions.ts'
import { relocateProblem } from '../../sync-core/definition-files/relocate-problem.ts'
import type { Problem } from '../../sync-core/domain/manifest.ts'
import { readManifestFile } from '../../sync-core/manifest/read-manifest-file.ts'
import { readPipeline } from '../../sync-core/read-pipeline.ts'
import type { CollectReview } from '../contract/collect.ts'
import type { VerbInput } from '../contract/contract.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { FileJournal } from './file-journal.ts'
import { findDefinitions } from './find-definitions.ts'
import type { OpenWorkspace } from './open-workspace.ts'
import { backwards, type FileChange, markOf } from './replace-files.ts'
import { type Effect, shownPath } from './schema-plan.ts'

type Agreed = VerbInput<'definitions.look'>['run']

export interface CollectEditsDeps {
  change<T>(work: (open: OpenWorkspace) => Promise<T>): Promise<T>
  look<T>(work: (open: OpenWorkspace) => Promise<T>): Promise<T>
  readonly journal: FileJournal
  /** Runs a definition file that is a program, in a process of its own. */
  run(path: string, cancelled: AbortSignal): Promise<ReadDefinitions>
}

/** Definition files of the open workspace, taken into its manifests. Everything rejects with a Refusal. */
export interface CollectEdits {
  /** Runs those programs whose content still is what was agreed to, and nothing else. */
  look(agreed: Agreed): Promise<CollectReview>
  cancel(): void
  apply(reviewed: string): Promise<void>
  undo(): Promise<void>
}

interface Shown {
  readonly workspace: string
  readonly mark: string
  readonly changes: readonly FileChange[]
  readonly failed: boolean
}

export function createCollectEdits({ change, look, journal, run }: CollectEditsDeps): CollectEdits {
  let shown: Shown | undefined
  let done: Shown | undefined
  let running = new AbortController()

  return {
    look: (agreed) =>
      look(async (open) => {
        running.abort()
        running = new AbortController()
        const { signal } = running
        const programs: CollectReview['programs'] = []
        const collected: CollectedManifest[] = []
        for (const path of manifestsOf(open)) {
          const runAgreed = async (file: string): Promise<ReadDefinitions> => {
            const hash = await hashOf(file)
            const ran = agreed.some((one) => one.path === file && one.hash === hash)
            programs.push({ path: file, hash, shown: shownPath(open.path, file), ran })
            return ran ? run(file, signal) : { definitions: [], problems: [] }
          }
          collected.push(await collectDefinitions(path, { files: await findDefinitions(path), run: runAgreed }))
        }
        const problems = await problemsOf(collected)
        const changes = collected.flatMap(changeOf)
        const errors = problems.filter(({ severity }) => severity === 'error')
        const place = ({ file, line, column }: Problem) => `${shownPath(open.path, file)}:${line}:${column}`
        const files = changes.map(({ path, before, after }) => ({
          path: shownPath(open.path, path),
          ...(before === undefined ? {} : { before }),
          ...(after === undefined ? {} : { after }),
        }))
        const mark = markOf({ files, problems })
        // A later look may have been shown already.
        if (running.signal === signal) shown = { workspace: open.path, mark, changes, failed: errors.length > 0 }
        return {
          mark,
          files,
          effects: [
            ...problems
              .filter((problem) => !errors.includes(problem))
              .map((problem): Effect => ({ severity: 'warning', sentence: `${place(problem)}: ${problem.message}` })),
            ...collected.flatMap(effectsOf),
          ],
          programs,
          problems: errors.map((problem) => ({ message: problem.message, place: place(problem) })),
        }
      }),

    cancel: () => running.abort(),

    apply: (reviewed) =>
      change(async ({ path }) => {
        if (shown?.workspace !== path || shown.mark !== reviewed || shown.failed) {
          throw new Refusal({
            message: 'Cannot apply it: it is not what was shown last',
            solution: 'Look at what would be written now.',
          })
        }
        await journal.replace(shown.changes)
        done = shown
        shown = undefined
      }),

    undo: () =>
      change(async ({ path }) => {
        if (done?.workspace !== path)
          throw new Refusal({ message: 'Nothing was collected here that could be taken back' })
        await journal.replace(done.changes.map(backwards).reverse())
        done = undefined
      }),
  }
}

/** The one that was opened, and those that it names. */
function manifestsOf({ path, pipeline }: OpenWorkspace): readonly string[] {
  return [...new Set([path, ...pipeline.manifests.map((manifest) => manifest.path)])]
}

async function hashOf(file: string): Promise<string> {
  const content = (await readManifestFile(file)) ?? ''
  return createHash('sha256').update(content).digest('base64url')
}

/** What is wrong with the files, and with the manifests as they would be, at the place in the file that said it. */
async function problemsOf(collected: readonly CollectedManifest[]): Promise<readonly Problem[]> {
  const own = collected.flatMap(({ problems }) => problems)
  if (own.some(({ severity }) => severity === 'error')) return own
  const texts = new Map(collected.map(({ path, text }) => [path, text]))
  const { problems } = await readPipeline(
    [...texts.keys()],
    {},
    {
      readFile: async (path) => texts.get(path) ?? (await readManifestFile(path)),
      whole: false,
    },
  )
  const placed = problems.map((problem) => collected.reduce(relocateProblem, problem))
  // What is wrong with the manifest by itself is said elsewhere all the time; here, what collecting would bring.
  const files = new Set(collected.flatMap(({ filed }) => filed.map(({ file }) => file)))
  return [...own, ...placed.filter(({ file }) => files.has(file))]
}

function changeOf({ path, content, text }: CollectedManifest): readonly FileChange[] {
  const before = content === undefined ? undefined : new TextDecoder().decode(content)
  return before === undefined || before === text ? [] : [{ path, before, after: text }]
}

function effectsOf({ path, changes }: CollectedManifest): readonly Effect[] {
  return changes.flatMap(({ title, state, differs, definitionFile }): readonly Effect[] => {
    const from = shownPath(path, `${dirname(path)}/${definitionFile}`)
    const name = `${title.charAt(0).toUpperCase()}${title.slice(1)}`
    if (state === 'added') return [{ severity: 'note', sentence: `${name} is new, from ${from}.` }]
    if (state === 'changed')
      return [{ severity: 'warning', sentence: `${name} becomes what ${from} says: ${differs.join(', ')}.` }]
    return []
  })
}
