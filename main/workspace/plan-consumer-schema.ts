import { isDeepStrictEqual } from 'node:util'
import { writeConsumerSchema } from '../../sync-core/definition-files/write-consumer-schema.ts'
import { type ConsumerSchema, consumerId } from '../../sync-core/domain/consumer-schema.ts'
import type { Pipeline } from '../../sync-core/domain/manifest.ts'
import { formStartOf, readFormStart } from '../contract/form-start.ts'
import type { ConsumerSchemaForm, SchemaDraft } from '../contract/schema-edit.ts'
import { definitionOf, entryOf, readSchemaFiles } from './schema-files.ts'
import {
  changesIn,
  type Effect,
  manifestOf,
  nameProblem,
  nothing,
  notThere,
  outsideProblem,
  type SchemaPlan,
  wordsProblem,
} from './schema-plan.ts'

type ConsumerDraft = Extract<SchemaDraft, { kind: 'consumer' }>

/** Rejects with a Refusal where the files cannot be read, or the schema is not written here. */
export async function planConsumer(
  pipeline: Pipeline,
  { schema: id, form, base, outside }: ConsumerDraft,
): Promise<SchemaPlan> {
  const manifest = manifestOf(pipeline, form.manifest)
  const isTaken = manifest.consumerSchemas.some(({ name }) => name === form.name)
  const former = manifest.consumerSchemas.find((one) => consumerId(one) === id)
  if (id !== undefined && former === undefined && base?.name === form.name) throw notThere(id)
  const files = await readSchemaFiles(manifest.path)
  const entry = former && entryOf(files.manifest, former.name, undefined)
  const definition = await definitionOf(files, entry, former === undefined ? { name: form.name } : undefined)
  const before = { ...files, definition }
  const read = readFormStart(form.start)
  const after = writeConsumerSchema(before, {
    name: form.name,
    sourceManifest: form.source.manifest,
    publicSchema: { name: form.source.name, majorVersion: form.source.major },
    destination: form.connection,
    sql: form.sql,
    deleteSql: form.deleteSql === undefined || form.deleteSql.trim() === '' ? undefined : form.deleteSql,
    onRefusal: form.policy,
    start: read.ok ? read.start : (former?.start ?? 'everything'),
  })
  const ownId = consumerId(form)
  return {
    ...nothing,
    id: ownId,
    manifest,
    changes: changesIn(files, before, after),
    effects: former === undefined ? [] : changedConsumer(form, former),
    problems: [
      ...outsideProblem(outside),
      ...nameProblem(form, base, isTaken),
      ...wordsProblem(after, form.name),
      ...(read.ok ? [] : [{ message: read.message, solution: read.solution }]),
      ...(form.sql.trim() === ''
        ? [{ message: `${form.name} has no SQL`, solution: 'Generate it, or write it.' }]
        : []),
    ],
    objects: [ownId],
    destination: form.connection,
  }
}

/** Against what is consumed now, whatever a file says since. */
function changedConsumer(form: ConsumerSchemaForm, former: ConsumerSchema): readonly Effect[] {
  const effects: Effect[] = []
  const say = (severity: Effect['severity'], sentence: string) => effects.push({ severity, sentence })
  const { destination, publicSchema, sourceManifest, onRefusal = 'park' } = former
  if (form.connection !== destination)
    say('warning', `It writes to ${form.connection} from the beginning; what it wrote to ${destination} stays there.`)
  const now = `${form.source.manifest}/${form.source.name} ${form.source.major}`
  const before = `${sourceManifest}/${publicSchema.name} ${publicSchema.majorVersion}`
  if (now !== before) say('warning', `It goes on with ${now}; rows that it has from ${before} stay until they change.`)
  if (form.sql !== former.sql || (form.deleteSql ?? '') !== (former.deleteSql ?? ''))
    say('note', 'Rows that were written before stay as they are; the new SQL counts from now on.')
  if (form.policy !== onRefusal)
    say(
      'note',
      form.policy === 'halt'
        ? 'It halts at a row that is refused.'
        : 'A row that is refused is set aside, and it goes on.',
    )
  if (!isDeepStrictEqual(form.start, formStartOf(former.start)))
    say('note', 'Where it starts counts only before it has begun.')
  return effects
}
