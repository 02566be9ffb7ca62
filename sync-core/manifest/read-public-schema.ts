import type { PublicSchema, Version } from '../domain/public-schema.ts'
import { requiredInteger, requiredName, requiredObject, requiredText, type Subject } from './fields.ts'
import { report } from './json-document.ts'
import { readOutputSchema } from './read-output-schema.ts'
import { type ReadTransformation, readTransformations } from './read-transformations.ts'

export interface ReadPublicSchema {
  readonly schema: PublicSchema
  readonly transformations: readonly ReadTransformation[]
}

/** A public schema of a manifest; `undefined` when something is wrong with it, which is reported then. */
export function readPublicSchema(subject: Subject, manifest: string): ReadPublicSchema | undefined {
  const name = requiredName(subject, 'name')
  const named = { ...subject, name: name === undefined ? subject.name : `public schema "${name}"` }
  const version = readVersion(named)
  const dataStore = readDataStoreName(named)
  const output = readOutputSchema(named)
  const transformations = readConfig(named)
  if (name === undefined || version === undefined || dataStore === undefined) return undefined
  if (output === undefined || transformations.length === 0) return undefined
  const schema: PublicSchema = {
    manifest,
    name,
    version,
    dataStore,
    ...output,
    transformations: transformations.map(({ transformation }) => transformation),
  }
  return { schema, transformations }
}

function readVersion(subject: Subject): Version | undefined {
  const node = requiredObject(subject, 'version')
  if (node === undefined) return undefined
  const inVersion = { ...subject, node, name: `the version of ${subject.name}` }
  const major = requiredInteger(inVersion, 'major', [0, Number.MAX_SAFE_INTEGER])
  const minor = requiredInteger(inVersion, 'minor', [0, Number.MAX_SAFE_INTEGER])
  return major === undefined || minor === undefined ? undefined : { major, minor }
}

function readDataStoreName(subject: Subject): string | undefined {
  const node = requiredObject(subject, 'source')
  return node === undefined ? undefined : requiredName({ ...subject, node }, 'dataStoreSlug')
}

function readConfig(subject: Subject): readonly ReadTransformation[] {
  const node = requiredObject(subject, 'config')
  if (node === undefined) return []
  const config = { ...subject, node }
  const type = requiredText(config, 'publicSchemaType')
  if (type === 'postgres') return readTransformations(config)
  if (type !== undefined) {
    report(subject.document, node, `"publicSchemaType" of ${subject.name} is "${type}": this version knows "postgres"`)
  }
  return []
}
