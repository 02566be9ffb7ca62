import { editJson } from './print/edit-json.ts'
import { type Json, type JsonObject, listOf, objectOf } from './print/json-value.ts'
import { passwordVariable } from './read-password.ts'

export interface ExportedManifest {
  /** The same manifest in the same layout, each password as the name of a variable. */
  readonly text: string
  /** What a reader of the published format should know; a sentence each. */
  readonly notes: readonly string[]
}

/** A manifest as it may leave the team. `text` must be a JSON object that is read without a problem. Pure. */
export function exportManifest(text: string): ExportedManifest {
  const root = objectOf(JSON.parse(text))
  if (root.connections === undefined) return { text, notes: notesOn(root) }
  const connections = listOf(root.connections).map((item) => {
    const connection = objectOf(item)
    const { password } = objectOf(connection.config)
    if (typeof password !== 'string' || password === '' || isReference(password)) return item
    const reference = `\${env:${passwordVariable(String(connection.slug ?? ''))}}`
    return { ...connection, config: { ...objectOf(connection.config), password: reference } }
  })
  return { text: editJson(text, { ...root, connections }), notes: notesOn(root) }
}

function isReference(password: string): boolean {
  return /^\$\{env:[^}]*\}$/.test(password)
}

/** MySQL is ours alone. */
function notesOn(root: JsonObject): readonly string[] {
  const isMysql = (config: Json | undefined, field: string) => objectOf(config)[field] === 'mysql'
  const named = [
    ...listOf(root.connections).flatMap((item) => {
      const { slug, config } = objectOf(item)
      return isMysql(config, 'connectionType') ? [`connection "${String(slug)}"`] : []
    }),
    ...listOf(root.consumerSchemas).flatMap((item) => {
      const { name, config } = objectOf(item)
      return isMysql(config, 'consumerSchemaType') ? [`consumer schema "${String(name)}"`] : []
    }),
  ]
  if (named.length === 0) return []
  const is = named.length === 1 ? 'is' : 'are'
  return [
    `${capital(named.join(', '))} ${is} MySQL, which ReJot's published format does not know: other tools may refuse the manifest.`,
  ]
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
