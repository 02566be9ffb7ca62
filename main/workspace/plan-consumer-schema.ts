import { writeConsumerSchema } from '../../sync-core/definition-files/write-consumer-schema.ts'
import { consumerId } from '../../sync-core/domain/consumer-schema.ts'
import type { Pipeline } from '../../sync-core/domain/manifest.ts'
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
  const after = writeConsumerSchema(before, {
    name: form.name,
    sourceManifest: form.source.manifest,
    publicSchema: { name: form.source.name, majorVersion: form.source.major },
    destination: form.connection,
    sql: form.sql,
    deleteSql: form.deleteSql === undefined || form.deleteSql.trim() === '' ? undefined : form.deleteSql,
    onRefusal: form.policy,
    start: form.start,
  })
  const ownId = consumerId(form)
  return {
    ...nothing,
    id: ownId,
    manifest,
    changes: changesIn(files, before, after),
    effects: base === undefined ? [] : changedConsumer(form, base),
    problems: [
      ...outsideProblem(outside),
      ...nameProblem(form, base, isTaken),
      ...wordsProblem(after, form.name),
      ...(form.sql.trim() === ''
        ? [{ message: `${form.name} has no SQL`, solution: 'Generate it, or write it.' }]
        : []),
    ],
    objects: [ownId],
    destination: form.connection,
  }
}

function changedConsumer(form: ConsumerSchemaForm, base: ConsumerSchemaForm): readonly Effect[] {
  const effects: Effect[] = []
  if (form.connection !== base.connection)
    effects.push({
      severity: 'warning',
      sentence: `It writes to ${form.connection} from the beginning; what it wrote to ${base.connection} stays there.`,
    })
  const [now, before] = [form, base].map(({ source }) => `${source.manifest}/${source.name} ${source.major}`)
  if (now !== before)
    effects.push({
      severity: 'warning',
      sentence: `It goes on with ${now}; rows that it has from ${before} stay until they change.`,
    })
  if (form.sql !== base.sql || form.deleteSql !== base.deleteSql)
    effects.push({
      severity: 'note',
      sentence: 'Rows that were written before stay as they are; the new SQL counts from now on.',
    })
  if (form.policy !== base.policy)
    effects.push({
      severity: 'note',
      sentence:
        form.policy === 'halt'
          ? 'It halts at a row that is refused.'
          : 'A row that is refused is set aside, and it goes on.',
    })
  if (form.start !== base.start)
    effects.push({ severity: 'note', sentence: 'Where it starts counts only before it has begun.' })
  return effects
}
