import type { Node } from 'jsonc-parser'
import type { ContractColumn } from '../domain/public-schema.ts'
import { faultOfName, fieldOf, fieldsOf, requiredObject, type Subject, textsIn } from './fields.ts'
import { report } from './json-document.ts'

/** What a contract says about its rows. */
export interface OutputSchema {
  readonly columns: readonly ContractColumn[]
  readonly key: readonly string[] | undefined
  readonly description: string | undefined
  readonly owner: string | undefined
  readonly tags: readonly string[] | undefined
  readonly access: readonly string[] | undefined
  readonly deprecated: string | undefined
  readonly notTracked: readonly string[] | undefined
}

/** Reads the JSON Schema of a public schema's rows and what stands under `x-rejot` in it. Reports what is wrong. */
export function readOutputSchema(publicSchema: Subject): OutputSchema | undefined {
  const node = requiredObject(publicSchema, 'outputSchema')
  if (node === undefined) return undefined
  const columns = readColumns({ ...publicSchema, node })
  const additions = fieldOf(node, 'x-rejot')
  if (additions !== undefined && additions.type !== 'object') {
    report(publicSchema.document, additions, `"x-rejot" of ${publicSchema.name} must be an object`)
  }
  return {
    columns,
    key: readKey({ ...publicSchema, node: additions ?? node }, additions, columns),
    description: plainText(fieldOf(additions, 'description')) ?? plainText(fieldOf(node, 'description')),
    owner: plainText(fieldOf(additions, 'owner')),
    tags: readTags(additions),
    access: textsOf(publicSchema, additions, 'access'),
    deprecated: readDeprecated(publicSchema, additions),
    notTracked: textsOf(publicSchema, additions, 'notTracked'),
  }
}

function readColumns(schema: Subject): readonly ContractColumn[] {
  const properties = fieldOf(schema.node, 'properties')
  if (properties !== undefined && properties.type !== 'object') {
    report(schema.document, properties, `"properties" of the output schema of ${schema.name} must be an object`)
  }
  const required = new Set(textsIn(schema, 'required') ?? [])
  return fieldsOf(properties).map(({ name, value }) => {
    const fault = name.startsWith('__rejot_') ? 'is taken: names that begin with __rejot_ are ours' : faultOfName(name)
    if (fault !== undefined)
      report(schema.document, value.parent, `The column name "${name}" of ${schema.name} ${fault}`)
    return {
      name,
      postgresType: plainText(fieldOf(value, 'x-postgres-type')),
      nullable: !required.has(name) || allowsNull(value),
      description: plainText(fieldOf(value, 'description')),
    }
  })
}

/** JSON Schema says NULL as a type among others, or as one of several schemas. */
function allowsNull(schema: Node): boolean {
  const type = fieldOf(schema, 'type')
  if (type?.value === 'null' || type?.children?.some(({ value }) => value === 'null')) return true
  return ['anyOf', 'oneOf'].some((field) => fieldOf(schema, field)?.children?.some(allowsNull))
}

function readKey(
  subject: Subject,
  additions: Node | undefined,
  columns: readonly ContractColumn[],
): readonly string[] | undefined {
  const node = fieldOf(additions, 'key')
  const key = node === undefined ? undefined : textsIn(subject, 'key')
  if (node === undefined || key === undefined) return undefined
  const problem = (message: string) => report(subject.document, node, message)
  if (node.children?.length === 0) problem(`The key of ${subject.name} names no column`)
  if (new Set(key).size !== key.length) problem(`The key of ${subject.name} names a column twice`)
  for (const name of columns.length === 0 ? [] : key) {
    if (!columns.some((column) => column.name === name)) {
      problem(`The key of ${subject.name} names "${name}", which is no column of its output schema`)
    }
  }
  return key
}

function textsOf(subject: Subject, additions: Node | undefined, field: string): readonly string[] | undefined {
  return additions?.type === 'object' ? textsIn({ ...subject, node: additions }, field) : undefined
}

/** `true`, or a sentence that says why and what to use instead. */
function readDeprecated(subject: Subject, additions: Node | undefined): string | undefined {
  const node = fieldOf(additions, 'deprecated')
  if (node === undefined || node.value === false) return undefined
  if (node.value === true) return ''
  if (node.type === 'string') return String(node.value)
  report(subject.document, node, `"deprecated" of ${subject.name} must be true, false or a sentence`)
  return undefined
}

/** Nothing runs by them, so what is no text is nobody's mistake. */
function readTags(additions: Node | undefined): readonly string[] | undefined {
  return fieldOf(additions, 'tags')?.children?.flatMap((tag) => plainText(tag) ?? [])
}

function plainText(node: Node | undefined): string | undefined {
  return node?.type === 'string' && node.value !== '' ? String(node.value) : undefined
}
