import type { Place, Provider } from '../../domain/connection-check.ts'
import { providers } from '../../domain/connection-check.ts'
import type { Session } from '../session.ts'

export interface ProviderFacts {
  readonly provider: Provider
  /** For settings: `a superuser`, or what the provider calls that. */
  readonly administrator: string
}

/** Roles that a provider puts into each of its servers. */
const rolesOf: Readonly<Record<string, Provider>> = {
  rds_superuser: 'rds',
  cloudsqlsuperuser: 'cloud-sql',
  azure_pg_admin: 'azure',
  supabase_admin: 'supabase',
  neon_superuser: 'neon',
}

const hosts: readonly (readonly [RegExp, Provider])[] = [
  [/\.rds\.amazonaws\.com(\.cn)?$/i, 'rds'],
  [/\.sql\.goog$/i, 'cloud-sql'],
  [/\.postgres\.(database|cosmos)\.azure\.com$/i, 'azure'],
  [/\.supabase\.(co|com|net)$/i, 'supabase'],
  [/\.neon\.(tech|build)$/i, 'neon'],
]

const administrators: Readonly<Record<Provider, string>> = {
  own: 'a superuser',
  rds: 'a member of rds_superuser',
  'cloud-sql': 'a member of cloudsqlsuperuser',
  azure: 'a member of azure_pg_admin',
  supabase: 'the role postgres',
  neon: 'a member of neon_superuser',
}

/** Who runs a server: by its host's name, else by a role that the provider has put there. */
export async function recogniseProvider(session: Session, host: string): Promise<ProviderFacts> {
  const provider = providerOfHost(host) ?? (await providerByRole(session)) ?? 'own'
  return { provider, administrator: administrators[provider] }
}

export function providerOfHost(host: string): Provider | undefined {
  return hosts.find(([pattern]) => pattern.test(host))?.[1]
}

async function providerByRole(session: Session): Promise<Provider | undefined> {
  const names = Object.keys(rolesOf)
  const [row] = await session.rows('select rolname from pg_roles where rolname = any ($1::name[]) limit 1', [
    `{${names.join()}}`,
  ])
  return rolesOf[row?.[0] ?? '']
}

/** Where a thing is done, at each kind of server. */
export type PlaceTexts = Readonly<Record<Provider, string>>

export function placesFor(texts: PlaceTexts, recognised: Provider): readonly Place[] {
  return providers.map((provider) => ({ provider, text: texts[provider], recognised: provider === recognised }))
}

/** A setting of the server that takes effect at its next start. */
export const walLevelPlaces: PlaceTexts = {
  own: 'Run the SQL, or write wal_level = logical into postgresql.conf; then restart the server.',
  rds: 'Set rds.logical_replication to 1 in the parameter group of the instance or cluster, then reboot it.',
  'cloud-sql': 'Set the flag cloudsql.logical_decoding to on for the instance; it restarts by that.',
  azure: 'Set the server parameter wal_level to LOGICAL, save, and restart the server.',
  supabase: 'It is logical from the start; ask the support when yours is not.',
  neon: 'Switch Logical Replication on in the settings of the project; its computes restart by that.',
}

export const replicationPlaces: PlaceTexts = {
  own: 'Run the SQL as a superuser.',
  rds: 'Run the SQL as the master user, who may give the role rds_replication.',
  'cloud-sql': 'Run the SQL as the user postgres.',
  azure: 'Run the SQL as the administrator of the server.',
  supabase: 'Run the SQL in the SQL editor as postgres.',
  neon: 'Roles that are made in the console, with the API or the CLI may replicate; one made by SQL may not, so make it there.',
}

export const slotPlaces: PlaceTexts = {
  own: 'Drop a slot that nobody reads any more, or run the SQL and restart the server.',
  rds: 'Drop a slot that nobody reads any more, or raise the parameter in the parameter group and reboot.',
  'cloud-sql': 'Drop a slot that nobody reads any more, or raise the flag of the same name.',
  azure: 'Drop a slot that nobody reads any more, or raise the server parameter and restart.',
  supabase:
    'Drop a slot that nobody reads any more, or raise it with the CLI (supabase postgres-config update) and restart.',
  neon: 'Drop a slot that nobody reads any more; the limit is fixed.',
}

export const keepSizePlaces: PlaceTexts = {
  own: 'Run the SQL, or write it into postgresql.conf and reload; no restart is needed.',
  rds: 'Set max_slot_wal_keep_size in the parameter group; it takes effect by itself.',
  'cloud-sql': 'Set the flag max_slot_wal_keep_size; watch the size of the storage besides.',
  azure: 'Set the server parameter max_slot_wal_keep_size; Azure also drops slots when the storage is nearly full.',
  supabase: 'Set it with the CLI: supabase postgres-config update --config max_slot_wal_keep_size=…',
  neon: 'It is fixed; slots that nobody has read for some hours are removed there.',
}
