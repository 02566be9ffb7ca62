import type { ConsumerSchema } from '../domain/consumer-schema.ts'
import { optionalText, requiredInteger, requiredName, requiredObject, requiredText, type Subject } from './fields.ts'
import { report } from './json-document.ts'

/** A consumer schema of a manifest; `undefined` when something is wrong with it, which is reported then. */
export function readConsumerSchema(subject: Subject, manifest: string): ConsumerSchema | undefined {
  const name = requiredName(subject, 'name')
  const named = { ...subject, name: name === undefined ? subject.name : `consumer schema "${name}"` }
  const sourceManifest = requiredName(named, 'sourceManifestSlug')
  const publicSchema = readReference(named)
  const written = readConfig(named)
  if (name === undefined || sourceManifest === undefined || publicSchema === undefined || written === undefined) {
    return undefined
  }
  return { manifest, name, sourceManifest, publicSchema, ...written }
}

function readReference(subject: Subject): ConsumerSchema['publicSchema'] | undefined {
  const node = requiredObject(subject, 'publicSchema')
  if (node === undefined) return undefined
  const reference = { ...subject, node, name: `the public schema that ${subject.name} reads` }
  const name = requiredName(reference, 'name')
  const majorVersion = requiredInteger(reference, 'majorVersion', [0, Number.MAX_SAFE_INTEGER])
  return name === undefined || majorVersion === undefined ? undefined : { name, majorVersion }
}

function readConfig(subject: Subject): Pick<ConsumerSchema, 'destination' | 'sql' | 'deleteSql'> | undefined {
  const node = requiredObject(subject, 'config')
  if (node === undefined) return undefined
  const config = { ...subject, node }
  const type = requiredText(config, 'consumerSchemaType')
  if (type !== 'postgres') {
    const message = `"consumerSchemaType" of ${subject.name} is "${type}": this version knows "postgres"`
    if (type !== undefined) report(subject.document, node, message)
    return undefined
  }
  const destination = requiredName(config, 'destinationDataStoreSlug')
  const sql = requiredText(config, 'sql')
  const deleteSql = optionalText(config, 'deleteSql')
  return destination === undefined || sql === undefined ? undefined : { destination, sql, deleteSql }
}
