import { editJson } from '../manifest/print/edit-json.ts'
import { printManifest } from '../manifest/print/format-manifest.ts'
import { type JsonObject, objectOf } from '../manifest/print/json-value.ts'
import { type DefinitionName, editSqlDefinition, removeSqlDefinition } from './edit-sql-definition.ts'
import { printSqlDefinition } from './print-sql-definition.ts'

/** The texts that say a schema. Those of files that are not there are `undefined`. */
export interface SchemaTexts {
  readonly manifest: string
  /** `rejot-desktop.json` beside it. */
  readonly settings: string | undefined
  /** The schema's own file, by its path from the manifest's folder; `undefined`: it has none, and gets none. */
  readonly definition: { readonly file: string; readonly text: string | undefined } | undefined
}

/** Of a schema, why the files cannot be made to say it; follows "it". */
export type WrittenSchema =
  | { readonly ok: true; readonly texts: SchemaTexts }
  | { readonly ok: false; readonly reason: string }

/** A definition file that says an entry; the one that is there is edited in place. */
export function writeDefinition(
  definition: NonNullable<SchemaTexts['definition']>,
  former: DefinitionName | undefined,
  entry: JsonObject,
): string | undefined {
  const { text } = definition
  if (text === undefined || former === undefined) return printSqlDefinition(entry)
  return editSqlDefinition(text, former, entry)
}

/** The texts without a definition; a file that has no other goes. */
export function withoutDefinition(
  definition: SchemaTexts['definition'],
  former: DefinitionName,
): SchemaTexts['definition'] {
  if (definition?.text === undefined) return definition
  return { ...definition, text: removeSqlDefinition(definition.text, former) }
}

/** Settings in which one consumer's are as given; `undefined` takes a field away, and an entry without any goes. */
export function writeConsumerSettings(
  text: string | undefined,
  name: string,
  fields: JsonObject | undefined,
): string | undefined {
  const root = objectOf(text === undefined ? {} : JSON.parse(text))
  const { [name]: entry, ...others } = objectOf(root.consumers)
  const written = fields === undefined ? {} : { ...objectOf(entry), ...fields }
  const isEmpty = Object.values(written).every((value) => value === undefined)
  if (isEmpty && entry === undefined) return text
  const consumers = isEmpty ? others : { ...others, [name]: written }
  const wanted = { ...root, consumers: Object.keys(consumers).length === 0 ? undefined : consumers }
  return text === undefined ? printManifest(wanted) : editJson(text, wanted)
}
