import { dirname, resolve } from 'node:path'
import type { Node } from 'jsonc-parser'
import type { Connection, Environment, TlsMode } from '../domain/connection.ts'
import type { ConsumerSchema } from '../domain/consumer-schema.ts'
import type { Manifest, Problem } from '../domain/manifest.ts'
import type { HistoryLimits } from '../domain/retention.ts'
import { fieldOf, fieldsOf, optionalText, type Subject } from './fields.ts'
import { readJsonDocument, report } from './json-document.ts'
import { readStart } from './read-start.ts'

/** What `rejot-desktop.json` adds to a connection; the published format has no place for it. */
export interface ConnectionSettings {
  readonly ssl?: NonNullable<Connection['ssl']>
  readonly environment?: Environment
  readonly walLimitBytes?: number
}

/** And to a consumer schema. */
export type ConsumerSettings = Pick<ConsumerSchema, 'onRefusal' | 'start' | 'everyVersion'>

export interface Settings {
  /** By slug. */
  readonly connections: ReadonlyMap<string, ConnectionSettings>
  /** By name of the consumer schema. */
  readonly consumers: ReadonlyMap<string, ConsumerSettings>
  readonly history: Partial<HistoryLimits> | undefined
  readonly problems: readonly Problem[]
}

/** The name of the file beside each manifest. */
export const settingsFileName = 'rejot-desktop.json'

/**
 * Reads `{"connections": {"<slug>": {"ssl": …, "environment": …, "walMegabytes": …}}, "consumers": {"<name>":
 * {"onRefusal": "park", "start": …, "everyVersion": true}}, "history": {"days": …, "megabytes": …}}`. `ssl` is a mode, or an object with `mode` and paths
 * `ca`, `cert`, `key` that are relative to the file. Never throws; `manifest` tells which slugs there are.
 */
export function readSettings(content: Uint8Array | string, path: string, manifest: Manifest): Settings {
  const document = readJsonDocument(content, path)
  const subject: Subject = { document, node: document.root ?? nowhere, name: 'this file' }
  if (document.root !== undefined && document.root.type !== 'object') {
    report(document, document.root, `${settingsFileName} is a JSON object`)
  }
  const connections = new Map<string, ConnectionSettings>()
  const node = fieldOf(document.root, 'connections')
  if (node !== undefined && node.type !== 'object')
    report(document, node, '"connections" of this file must be an object')
  for (const { name, value } of fieldsOf(node)) {
    if (!manifest.connections.some(({ slug }) => slug === name)) {
      report(document, value.parent, `There is no connection "${name}" in the manifest beside this file`, 'warning')
    }
    connections.set(name, readConnectionSettings({ ...subject, node: value, name: `connection "${name}"` }))
  }
  const consumers = readConsumers(subject, manifest)
  return { connections, consumers, history: readHistory(subject), problems: document.problems }
}

/** The manifest with what the settings add to its connections. */
export function withSettings(manifest: Manifest, settings: Settings): Manifest {
  const connections = manifest.connections.map((connection) => ({
    ...connection,
    ...settings.connections.get(connection.slug),
  }))
  const consumerSchemas = manifest.consumerSchemas.map((schema) => ({
    ...schema,
    ...settings.consumers.get(schema.name),
  }))
  return {
    ...manifest,
    connections,
    consumerSchemas,
    ...(settings.history === undefined ? {} : { history: settings.history }),
  }
}

const nowhere: Node = { type: 'object', offset: 0, length: 0 }

function readConnectionSettings(subject: Subject): ConnectionSettings {
  const ssl = readSsl(subject)
  const environment = oneOf(subject, 'environment', ['development', 'staging', 'production'] as const)
  const walLimitBytes = megabytes(subject, 'walMegabytes')
  return {
    ...(ssl === undefined ? {} : { ssl }),
    ...(environment === undefined ? {} : { environment }),
    ...(walLimitBytes === undefined ? {} : { walLimitBytes }),
  }
}

function readConsumers(subject: Subject, manifest: Manifest): Settings['consumers'] {
  const { document } = subject
  const consumers = new Map<string, ConsumerSettings>()
  const node = fieldOf(subject.node, 'consumers')
  if (node !== undefined && node.type !== 'object') report(document, node, '"consumers" of this file must be an object')
  for (const { name, value } of fieldsOf(node)) {
    if (!manifest.consumerSchemas.some((schema) => schema.name === name)) {
      const message = `There is no consumer schema "${name}" in the manifest beside this file`
      report(document, value.parent, message, 'warning')
    }
    const inConsumer = { ...subject, node: value, name: `consumer "${name}"` }
    const onRefusal = oneOf(inConsumer, 'onRefusal', ['park', 'halt'])
    const start = readStart(inConsumer)
    const everyVersion = oneOf(inConsumer, 'everyVersion', [true, false])
    consumers.set(name, {
      ...(onRefusal === undefined ? {} : { onRefusal }),
      ...(start === undefined ? {} : { start }),
      ...(everyVersion === undefined ? {} : { everyVersion }),
    })
  }
  return consumers
}

const dayMs = 86_400_000
const megabyte = 1_000_000

/** Bytes. Absent or wrong, the engine's own limit counts. */
function megabytes(subject: Subject, field: string): number | undefined {
  const node = fieldOf(subject.node, field)
  if (node === undefined) return undefined
  if (typeof node.value === 'number' && node.value > 0) return node.value * megabyte
  report(subject.document, node, `"${field}" of ${subject.name} must be a number above 0`)
  return undefined
}

/** Absent or wrong, the engine's own limit counts. */
function readHistory(subject: Subject): Partial<HistoryLimits> | undefined {
  const node = fieldOf(subject.node, 'history')
  if (node === undefined) return undefined
  if (node.type !== 'object') {
    report(subject.document, node, `"history" of ${subject.name} must be an object`)
    return undefined
  }
  const limit = (field: string, unit: number): number | undefined => {
    const value = fieldOf(node, field)
    if (value === undefined) return undefined
    if (typeof value.value === 'number' && value.value >= 0) return value.value * unit
    report(subject.document, value, `"${field}" of the history of ${subject.name} must be a number from 0 on`)
    return undefined
  }
  const maxAgeMs = limit('days', dayMs)
  const maxBytes = limit('megabytes', megabyte)
  return { ...(maxAgeMs === undefined ? {} : { maxAgeMs }), ...(maxBytes === undefined ? {} : { maxBytes }) }
}

const modes: readonly TlsMode[] = ['disable', 'require', 'verify-ca', 'verify-full']

function readSsl(subject: Subject): ConnectionSettings['ssl'] | undefined {
  const node = fieldOf(subject.node, 'ssl')
  if (node === undefined) return undefined
  if (node.type !== 'object') {
    const mode = oneOf(subject, 'ssl', modes)
    return mode === undefined ? undefined : { mode }
  }
  const inSsl = { ...subject, node, name: `the ssl settings of ${subject.name}` }
  if (fieldOf(node, 'mode') === undefined) report(subject.document, node, `"mode" is missing in ${inSsl.name}`)
  const mode = oneOf(inSsl, 'mode', modes)
  return mode === undefined ? undefined : { mode, ...files(inSsl) }
}

function files(ssl: Subject): { readonly ca?: string; readonly cert?: string; readonly key?: string } {
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((field) => {
    const path = optionalText(ssl, field)
    return path === undefined ? undefined : resolve(dirname(ssl.document.path), path)
  })
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }
}

function oneOf<const T extends string | boolean>(
  subject: Subject,
  field: string,
  choices: readonly T[],
): T | undefined {
  const node = fieldOf(subject.node, field)
  const choice = choices.find((candidate) => candidate === node?.value)
  if (node !== undefined && choice === undefined) {
    report(subject.document, node, `"${field}" of ${subject.name} must be one of ${choices.join(', ')}`)
  }
  return choice
}
