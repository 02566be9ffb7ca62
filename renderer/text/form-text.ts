import type { FormStart } from '../../main/contract/form-start.ts'
import type { ConsumerSchemaForm, PublicSchemaForm } from '../../main/contract/schema-edit.ts'

/** A form as text, a line for each thing that it says, so that two of them can be compared. Pure. */
export function formText(form: PublicSchemaForm | ConsumerSchemaForm): string {
  return `${('columns' in form ? publicLines(form) : consumerLines(form)).join('\n')}\n`
}

function publicLines(form: PublicSchemaForm): readonly string[] {
  const { deprecated } = form
  return [
    `-- ${form.name} ${form.major}.${form.minor}`,
    `-- data store: ${form.connection}`,
    ...listed('key', form.key),
    ...listed('owner', form.owner === undefined ? [] : [form.owner]),
    ...listed('description', form.description === undefined ? [] : [form.description.replaceAll('\n', '\n--   ')]),
    ...listed('tags', form.tags),
    ...listed('access', form.access),
    ...(deprecated === undefined ? [] : [`-- deprecated: ${deprecated.note ?? 'yes'}`]),
    ...listed('not tracked', form.notTracked),
    '-- columns:',
    ...form.columns.map(({ name, postgresType = '', nullable, description }) => {
      const words = description === undefined ? '' : ` -- ${description.replaceAll('\n', ' ')}`
      return `--   ${name} ${postgresType}${nullable ? '' : ' not null'}${words}`
    }),
    ...form.transformations.flatMap(({ table, sql }) => ['', `-- changes of ${table}`, sql.trim()]),
  ]
}

function consumerLines(form: ConsumerSchemaForm): readonly string[] {
  const { source, deleteSql } = form
  return [
    `-- ${form.name}`,
    `-- reads: ${source.name} ${source.major} of ${source.manifest}`,
    `-- writes: ${form.connection}`,
    `-- starts ${startText(form.start)}`,
    `-- a row that is refused: ${form.policy}`,
    '',
    '-- insert or update',
    form.sql.trim(),
    ...(deleteSql === undefined ? [] : ['', '-- delete', deleteSql.trim()]),
  ]
}

function startText(start: FormStart): string {
  if (typeof start === 'string') return start === 'now' ? start : `with ${start}`
  return 'since' in start ? `since ${start.since}` : `after event ${start.after} of ${start.store}`
}

function listed(name: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`-- ${name}: ${items.join(', ')}`]
}
