import type { Connection } from '../domain/connection.ts'
import { fieldOf, optionalText, requiredInteger, requiredName, requiredObject, type Subject } from './fields.ts'
import { report } from './json-document.ts'
import { readPassword, type Variables } from './read-password.ts'

/** A connection of a manifest; `undefined` when something is wrong with it, which is reported then. */
export function readConnection(subject: Subject, manifest: string, variables: Variables): Connection | undefined {
  const slug = requiredName(subject, 'slug')
  const named = { ...subject, name: slug === undefined ? subject.name : `connection "${slug}"` }
  const config = requiredObject(named, 'config')
  if (config === undefined) return undefined
  const inConfig = { ...named, node: config }
  if (!isPostgres(inConfig)) return undefined
  const host = readHost(inConfig)
  const port = requiredInteger(inConfig, 'port', [1, 65_535])
  const user = requiredName(inConfig, 'user')
  const database = requiredName(inConfig, 'database')
  const password = readPassword(inConfig, variables)
  if (slug === undefined || host === undefined || port === undefined || user === undefined || database === undefined) {
    return undefined
  }
  return { engine: 'postgres', slug, manifest, host, port, user, database, password }
}

function isPostgres(config: Subject): boolean {
  const node = fieldOf(config.node, 'connectionType')
  const type = optionalText(config, 'connectionType')
  if (type === 'postgres') return true
  if (node === undefined) report(config.document, config.node, `"connectionType" is missing in ${config.name}`)
  else if (type !== undefined) {
    report(config.document, node, `"connectionType" of ${config.name} is "${type}": this version knows "postgres"`)
  }
  return false
}

/** Several hosts, or a pooler's list, would lead the connections of one source to different servers. */
function readHost(config: Subject): string | undefined {
  const host = requiredName(config, 'host')
  const fault =
    host === undefined
      ? undefined
      : host.includes(',')
        ? 'names several hosts: all connections of a source must reach the same server'
        : host.includes('://')
          ? 'is a URL: write the name of the host alone'
          : /\s/.test(host)
            ? 'holds a blank'
            : undefined
  if (fault === undefined) return host
  report(config.document, fieldOf(config.node, 'host'), `"host" of ${config.name} ${fault}`)
  return undefined
}
