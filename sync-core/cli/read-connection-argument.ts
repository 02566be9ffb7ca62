import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { checkRequest, connectionsNamed } from '../check-request.ts'
import type { PostgresConnection } from '../domain/connection.ts'
import type { CheckPurpose, CheckRequest } from '../domain/connection-check.ts'
import { readConnectionText } from '../manifest/connection-text/read-connection-text.ts'
import { Complaint } from './complaint.ts'
import type { CommandIo } from './io.ts'
import { formatProblem, hasError } from './print-problems.ts'
import { readManifests } from './read-manifests.ts'
import { UsageError } from './usage-error.ts'

/** Where one is looked for when the command line names none. */
const usualManifest = 'rejot-manifest.json'

/**
 * A connection as the command line names it: by its name in a manifest, or as a URL or a key=value text. Throws a
 * Complaint for a name that is nowhere, a UsageError for a text that says too little. Says what it leaves out.
 */
export async function readConnectionArgument(
  argument: string,
  manifests: readonly string[],
  purpose: CheckPurpose | undefined,
  io: CommandIo,
): Promise<CheckRequest> {
  if (!/:\/\/|=|\s/.test(argument)) return named(argument, manifests, purpose, io)
  if (manifests.length > 0) throw new UsageError('A URL needs no manifest')
  return { connection: written(argument, io), purpose: purpose ?? 'both' }
}

async function named(
  name: string,
  manifests: readonly string[],
  purpose: CheckPurpose | undefined,
  io: CommandIo,
): Promise<CheckRequest> {
  const { pipeline, problems } = await readManifests(manifests.length === 0 ? [usualManifest] : manifests, io)
  const [connection, second] = connectionsNamed(pipeline, name)
  if (connection !== undefined && second === undefined) return checkRequest(pipeline, connection, purpose)
  // What is wrong elsewhere in a manifest does not keep its connections from being tried.
  if (hasError(problems)) for (const problem of problems) io.err(formatProblem(problem, io.folder))
  const all = pipeline.manifests.flatMap((manifest) => manifest.connections)
  if (connection !== undefined) {
    const both = connectionsNamed(pipeline, name).map(({ manifest, slug }) => `${manifest}/${slug}`)
    throw new Complaint(`Cannot tell which connection "${name}" is: name ${both.join(' or ')}`)
  }
  const known = all.length === 0 ? 'they have none' : `they have ${all.map(({ slug }) => slug).join(', ')}`
  throw new Complaint(`Cannot check "${name}": the manifests have no such connection; ${known}`)
}

/** What libpq takes where nothing is said; a password that is not in the text is that of REJOT_PASSWORD. */
function written(text: string, { env, err, folder }: CommandIo): PostgresConnection {
  const { fields, notes } = readConnectionText(text)
  for (const note of notes) err(`${note}\n`)
  const { host, port = 5432, password = env.REJOT_PASSWORD, tlsMode } = fields
  if (host === undefined) throw new UsageError('The connection names no host')
  const user = fields.user ?? userInfo().username
  const path = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : resolve(folder, file)
  const files = { ca: path(fields.ca), cert: path(fields.cert), key: path(fields.key) }
  const hasFile = Object.values(files).some((file) => file !== undefined)
  return {
    engine: 'postgres',
    slug: host,
    manifest: '',
    host,
    port,
    user,
    database: fields.database ?? user,
    password,
    ...(tlsMode === undefined && !hasFile ? {} : { ssl: { mode: tlsMode ?? 'verify-full', ...files } }),
  }
}
