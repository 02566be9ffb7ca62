import type { Connection } from '../../sync-core/domain/connection.ts'
import type { Pipeline } from '../../sync-core/domain/manifest.ts'
import type { SchemaReview } from '../contract/schema-edit.ts'
import type { DatabaseAnswer, DatabaseCall } from '../database-host/database-messages.ts'
import { Refusal } from '../ipc/refusal.ts'
import { markOf } from './replace-files.ts'
import { type Effect, manifestOf, nameOf, type SchemaPlan, shownPath } from './schema-plan.ts'

type PlannedStep = DatabaseAnswer<'planChange'>['steps'][number]

/** What files that are not written yet would make an engine do. */
export type AskPlan = (
  change: Pick<Extract<DatabaseCall, { name: 'planChange' }>, 'files' | 'source' | 'objects'>,
) => Promise<DatabaseAnswer<'planChange'>>

export interface ReviewQuestion {
  readonly plan: SchemaPlan
  /** CREATE TABLE that is run at the destination first. */
  readonly table: string | undefined
  readonly ask: AskPlan
}

/** What a plan would do, in words, with what the servers say of it; and the destination that is written to. */
export async function reviewOf(
  pipeline: Pipeline,
  { plan, table, ask }: ReviewQuestion,
): Promise<{ readonly review: SchemaReview; readonly destination: Connection | undefined }> {
  const { changes, manifest, destination: slug } = plan
  const destination = slug === undefined ? undefined : connectionOf(pipeline, plan, slug)
  const planned: DatabaseAnswer<'planChange'> =
    plan.problems.length > 0
      ? { steps: [], problems: [] }
      : await ask({
          files: changes.map(({ path, after }) => [path, after]),
          source: plan.source,
          objects: [...plan.objects],
        })
  const files = changes.map(({ path, before, after }) => ({
    path: shownPath(manifest.path, path),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }))
  const isProblem = ({ action }: PlannedStep) => action === 'problem'
  const problems = [
    ...plan.problems,
    ...planned.problems.map(({ message, file, line }) => ({
      message,
      solution: `${shownPath(manifest.path, file)}:${line}`,
    })),
    ...planned.steps.filter(isProblem).map((step) => ({ message: sentenceOf(step) })),
    ...(changes.length === 0 && plan.problems.length === 0
      ? [{ message: 'It says what its files say already', solution: 'Nothing is to be applied.' }]
      : []),
  ]
  const effects = [
    ...(table === undefined
      ? []
      : [note('warning', `Makes a table at ${slug}. It stays there, whatever is taken back later.`)]),
    ...planned.steps.filter((step) => !isProblem(step)).map(effectOf),
    ...plan.effects,
  ].toSorted((a, b) => weights.indexOf(a.severity) - weights.indexOf(b.severity))
  const statements = table === undefined ? [] : [{ connection: slug ?? '', sql: table }]
  const production = productionOf(pipeline, plan, destination, planned.steps)
  return {
    destination,
    review: {
      // Rows are estimated anew each time, so what is said of them is no part of it.
      mark: markOf({ files, statements, version: plan.version, production, problems }),
      files,
      effects,
      ...(plan.version === undefined ? {} : { version: plan.version }),
      statements,
      ...(production === undefined ? {} : { production }),
      problems,
    },
  }
}

/** Throws a Refusal where something stops it, or where it is not what was looked at any more. */
export function refuseUnseen({ problems, mark }: SchemaReview, reviewed: string, what: string): void {
  const [problem] = problems
  if (problem !== undefined) {
    throw new Refusal({
      message: problem.message,
      ...(problem.solution === undefined ? {} : { solution: problem.solution }),
    })
  }
  if (mark === reviewed) return
  throw new Refusal({
    message: `Cannot ${what}: the draft or its files were changed since this was shown`,
    solution: 'Look at what would be written now.',
  })
}

const weights = ['danger', 'warning', 'note']

/** A step of an engine's start as a sentence. */
function effectOf(step: PlannedStep): Effect {
  if (step.action === 'unknown') return note('warning', sentenceOf(step))
  if (step.action === 'remove') return note(step.kind === 'source' ? 'danger' : 'warning', sentenceOf(step))
  return note(step.kind === 'source' ? 'warning' : 'note', sentenceOf(step))
}

function sentenceOf({ object, what }: PlannedStep): string {
  const isSentence = /^[A-Z]/.test(what)
  return isSentence ? `${what.replace(/\.$/, '')}.` : `${nameOf(object)} ${what}.`
}

function note(severity: Effect['severity'], sentence: string): Effect {
  return { severity, sentence }
}

/** Whose database is written to: a slot, a publication, a table, rows. */
function productionOf(
  pipeline: Pipeline,
  { source: id }: SchemaPlan,
  destination: Connection | undefined,
  steps: readonly PlannedStep[],
): string | undefined {
  const isSourceChanged = steps.some(
    ({ kind, action }) => kind === 'source' && (action === 'add' || action === 'change'),
  )
  const connections = pipeline.manifests.flatMap((manifest) => manifest.connections)
  const source = connections.find(({ manifest, slug }) => `${manifest}/${slug}` === id)
  const written = [isSourceChanged ? source : undefined, destination]
  const names = written.flatMap((one) => (one?.environment === 'production' ? [one.slug] : []))
  return names.length === 0 ? undefined : names.join(' and ')
}

/** The manifest's own; else the only other one of that name. */
function connectionOf(pipeline: Pipeline, { manifest }: SchemaPlan, slug: string): Connection | undefined {
  const own = manifestOf(pipeline, manifest.slug).connections.find((connection) => connection.slug === slug)
  const others = pipeline.manifests.flatMap(({ connections }) => connections.filter((one) => one.slug === slug))
  return own ?? (others.length === 1 ? others[0] : undefined)
}
