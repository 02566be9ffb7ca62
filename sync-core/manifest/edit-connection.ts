import { isAbsolute, relative } from 'node:path'
import type { Environment, PostgresConnection } from '../domain/connection.ts'
import { editJson } from './print/edit-json.ts'
import { printManifest } from './print/format-manifest.ts'
import { type Json, type JsonObject, listOf, objectOf } from './print/json-value.ts'
import { passwordVariable } from './read-password.ts'

/** The texts of a manifest and of the settings beside it; a settings file that is not there is `undefined`. */
export interface ConnectionTexts {
  readonly manifest: string
  readonly settings: string | undefined
}

/** A connection as it is to be written. */
export interface ConnectionEdit {
  /** What it was called before; `undefined` makes a new one. */
  readonly former: string | undefined
  readonly slug: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  /** Absolute paths, or as they stand in the settings. */
  readonly ssl: NonNullable<PostgresConnection['ssl']> | undefined
  readonly environment: Environment | undefined
  /** Whether rows are read from it: then the names of its slot and publication, unless it has some. */
  readonly replication: { readonly slotName: string; readonly publicationName: string } | undefined
  /** `variable`: a password is kept elsewhere; `untouched`: whatever stands there stays. */
  readonly password: 'variable' | 'untouched'
}

/**
 * The same texts with that connection, everything else as it is written. Under another name, what names it in this
 * manifest gets that too. `folder` holds both files. Pure.
 */
export function writeConnection(texts: ConnectionTexts, edit: ConnectionEdit, folder: string): ConnectionTexts {
  const root = objectOf(JSON.parse(texts.manifest))
  const connections = listOf(root.connections)
  const place = connections.findIndex((item) => objectOf(item).slug === (edit.former ?? edit.slug))
  const former = objectOf(connections[place])
  const written: JsonObject = { ...former, slug: edit.slug, config: configOf(objectOf(former.config), edit) }
  const wanted = {
    ...root,
    connections: place === -1 ? [...connections, written] : connections.with(place, written),
    dataStores: dataStoresOf(root.dataStores, edit),
    ...renamedUsers(root, edit),
  }
  return { manifest: editJson(texts.manifest, wanted), settings: writeSettings(texts.settings, edit, folder) }
}

/** The same texts without that connection and its data store. Pure. */
export function removeConnection(texts: ConnectionTexts, slug: string): ConnectionTexts {
  const root = objectOf(JSON.parse(texts.manifest))
  const wanted = {
    ...root,
    connections: listOf(root.connections).filter((item) => objectOf(item).slug !== slug),
    ...(root.dataStores === undefined
      ? {}
      : { dataStores: listOf(root.dataStores).filter((item) => objectOf(item).connectionSlug !== slug) }),
  }
  const manifest = editJson(texts.manifest, wanted)
  if (texts.settings === undefined) return { manifest, settings: undefined }
  const settings = objectOf(JSON.parse(texts.settings))
  if (objectOf(settings.connections)[slug] === undefined) return { manifest, settings: texts.settings }
  const { [slug]: _, ...others } = objectOf(settings.connections)
  return { manifest, settings: editJson(texts.settings, { ...settings, connections: others }) }
}

function configOf(former: JsonObject, edit: ConnectionEdit): JsonObject {
  const { host, port, user, database } = edit
  // What is there keeps its place; a new one is written in the format's order, and that asks for a password, if an empty one.
  const untouched = former.connectionType === undefined ? '' : former.password
  const password = edit.password === 'variable' ? passwordReference(former.password, edit.slug) : untouched
  return { ...former, connectionType: 'postgres', host, port, user, password, database }
}

/** A reference that is there stays, whatever it is called; a plain password goes. */
function passwordReference(former: Json | undefined, slug: string): string {
  const isReference = typeof former === 'string' && /^\$\{env:REJOT_[A-Za-z0-9_]+\}$/.test(former)
  return isReference ? former : `\${env:${passwordVariable(slug)}}`
}

function dataStoresOf(present: Json | undefined, edit: ConnectionEdit): Json | undefined {
  if (present === undefined && edit.replication === undefined) return undefined
  const dataStores = listOf(present)
  const slug = edit.former ?? edit.slug
  const place = dataStores.findIndex((item) => objectOf(item).connectionSlug === slug)
  if (edit.replication === undefined) return dataStores.filter((_, at) => at !== place)
  const former = objectOf(dataStores[place])
  const config = { connectionType: 'postgres', ...edit.replication, ...objectOf(former.config) }
  const written: JsonObject = { ...former, connectionSlug: edit.slug, config }
  return place === -1 ? [...dataStores, written] : dataStores.with(place, written)
}

/** Lists of a manifest whose entries name the connection by its former name. */
function renamedUsers(root: JsonObject, { former, slug }: ConnectionEdit): JsonObject {
  if (former === undefined || former === slug) return {}
  const renamed = (entry: JsonObject, field: string): JsonObject =>
    entry[field] === former ? { ...entry, [field]: slug } : entry
  const within = (entry: JsonObject, part: string, field: string): JsonObject =>
    objectOf(entry[part])[field] === former ? { ...entry, [part]: renamed(objectOf(entry[part]), field) } : entry
  const lists: Readonly<Record<string, (entry: JsonObject) => JsonObject>> = {
    eventStores: (entry) => renamed(entry, 'connectionSlug'),
    publicSchemas: (entry) => within(entry, 'source', 'dataStoreSlug'),
    consumerSchemas: (entry) => within(entry, 'config', 'destinationDataStoreSlug'),
  }
  return Object.fromEntries(
    Object.entries(lists).flatMap(([name, rename]) =>
      root[name] === undefined ? [] : [[name, listOf(root[name]).map((entry) => rename(objectOf(entry)))]],
    ),
  )
}

function writeSettings(text: string | undefined, edit: ConnectionEdit, folder: string): string | undefined {
  const root = objectOf(text === undefined ? {} : JSON.parse(text))
  const connections = objectOf(root.connections)
  const { [edit.former ?? edit.slug]: entry, ...others } = connections
  const former = objectOf(entry)
  const written: JsonObject = { ...former, ssl: sslOf(former.ssl, edit, folder), environment: edit.environment }
  const isEmpty = Object.values(written).every((value) => value === undefined)
  if (isEmpty && entry === undefined) return text
  const wanted = { ...root, connections: isEmpty ? others : { ...others, [edit.slug]: written } }
  return text === undefined ? printManifest(wanted) : editJson(text, wanted)
}

/** The mode alone where there are no files; a path below the folder as seen from there, so that a checkout can be moved. */
function sslOf(former: Json | undefined, { ssl }: ConnectionEdit, folder: string): Json | undefined {
  if (ssl === undefined) return undefined
  const files = { ca: pathOf(ssl.ca, folder), cert: pathOf(ssl.cert, folder), key: pathOf(ssl.key, folder) }
  if (Object.values(files).every((path) => path === undefined) && typeof former !== 'object') return ssl.mode
  return { ...objectOf(former), mode: ssl.mode, ...files }
}

function pathOf(path: string | undefined, folder: string): string | undefined {
  if (path === undefined || path === '') return undefined
  if (!isAbsolute(path)) return path
  const seen = relative(folder, path)
  return seen.startsWith('..') || isAbsolute(seen) ? path : seen
}
