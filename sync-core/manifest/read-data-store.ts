import type { DataStore } from '../domain/manifest.ts'
import { fieldOf, requiredName, requiredObject, requiredText, type Subject } from './fields.ts'
import { report } from './json-document.ts'

/** A data store of a manifest; `undefined` when something is wrong with it, which is reported then. */
export function readDataStore(subject: Subject): DataStore | undefined {
  const connection = requiredName(subject, 'connectionSlug')
  if (connection === undefined) return undefined
  if (fieldOf(subject.node, 'config') === undefined) return { connection, replication: undefined }
  const named = { ...subject, name: `data store "${connection}"` }
  const node = requiredObject(named, 'config')
  if (node === undefined) return undefined
  const config = { ...named, node }
  const type = requiredText(config, 'connectionType')
  if (type !== 'postgres') {
    if (type !== undefined) {
      const message = `"connectionType" of ${config.name} is "${type}": this version knows "postgres"`
      report(config.document, fieldOf(node, 'connectionType'), message)
    }
    return undefined
  }
  return readReplication(config, connection)
}

function readReplication(config: Subject, connection: string): DataStore | undefined {
  const names = ['slotName', 'publicationName'] as const
  if (names.every((name) => fieldOf(config.node, name) === undefined)) return { connection, replication: undefined }
  const [slotName, publicationName] = names.map((name) => serverName(config, name))
  if (slotName === undefined || publicationName === undefined) return undefined
  return { connection, replication: { slotName, publicationName } }
}

/** Postgres allows slots these characters only, and 63 of them. */
function serverName(config: Subject, field: string): string | undefined {
  const name = requiredText(config, field)
  if (name === undefined || /^[a-z0-9_]{1,63}$/.test(name)) return name
  const message = `"${field}" of ${config.name} may hold at most 63 of a to z, 0 to 9 and _`
  report(config.document, fieldOf(config.node, field), message)
  return undefined
}
