import type { Finding, Fix } from '../../domain/connection-check.ts'
import { allowReplicationSql, type SourceFault, setWalLevelSql, sourceRequirements } from '../check-source.ts'
import { grantSql } from '../missing-right.ts'
import { reloadSql } from './apply-fix.ts'
import type { PostgresCheckContext } from './check-context.ts'
import { slotNameOf } from './default-names.ts'
import {
  keepSizePlaces,
  type PlaceTexts,
  placesFor,
  replicationPlaces,
  slotPlaces,
  walLevelPlaces,
} from './provider.ts'

export async function askVersion(context: PostgresCheckContext): Promise<Finding> {
  const facts = await context.facts()
  const { provider } = await context.provider()
  const [[full = ''] = []] = await context.session().rows('select version()')
  const evidence = [
    { label: 'Version', value: full ?? '' },
    { label: 'Run by', value: provider === 'own' ? 'not a service that is known' : provider },
  ]
  const fault = sourceRequirements.version(facts)
  if (fault !== undefined) return { state: 'failed', ...told(fault), evidence }
  return { state: 'passed', sentence: `PostgreSQL ${facts.version}`, evidence }
}

/** Of a standby neither changes can be followed, nor can it be written. */
export async function askPrimary(context: PostgresCheckContext): Promise<Finding> {
  const facts = await context.facts()
  const evidence = [{ label: 'pg_is_in_recovery()', value: String(facts.inRecovery) }]
  const fault = sourceRequirements.primary(facts)
  if (fault !== undefined) return { state: 'failed', ...told(fault), evidence }
  return { state: 'passed', sentence: 'A primary', evidence }
}

export async function askWalLevel(context: PostgresCheckContext): Promise<Finding> {
  const facts = await context.facts()
  const evidence = [{ label: 'wal_level', value: facts.walLevel }]
  if (sourceRequirements.walLevel(facts) === undefined) return { state: 'passed', sentence: 'It is logical', evidence }
  return {
    state: 'failed',
    sentence: `It is ${facts.walLevel}, and following changes needs logical`,
    solution: 'The server writes too little into its log. The setting takes effect only when the server restarts.',
    evidence,
    ...(await settingFix(context, [setWalLevelSql], { restart: true, places: walLevelPlaces, setting: 'wal_level' })),
  }
}

export async function askReplication(context: PostgresCheckContext): Promise<Finding> {
  const facts = await context.facts()
  const { provider, administrator } = await context.provider()
  const evidence = [{ label: 'May replicate', value: String(facts.mayReplicate) }]
  if (sourceRequirements.replication(facts) === undefined) {
    return { state: 'passed', sentence: `${facts.role} may open a replication connection`, evidence }
  }
  const statement = provider === 'rds' ? grantSql('rds_replication', facts.role) : allowReplicationSql(facts.role)
  const fix: Fix = { statements: [statement], mayRun: false, by: administrator, restart: false }
  return {
    state: 'failed',
    sentence: `${facts.role} may not open a replication connection`,
    solution: 'Following changes needs the attribute REPLICATION on the role.',
    evidence,
    places: placesFor(replicationPlaces, provider),
    // There it has to be made in the console.
    ...(provider === 'neon' ? {} : { fix }),
  }
}

const slotsSql = `
select current_setting('max_replication_slots'), (select count(*)::text from pg_replication_slots),
       (select json_agg(slot_name order by slot_name) from pg_replication_slots where not active),
       (select case when active then 'read by PID ' || active_pid else 'not read now' end
          from pg_replication_slots where slot_name = $1)`

/** Following takes one, which stays. */
export async function askSlots(context: PostgresCheckContext): Promise<Finding> {
  const name = slotNameOf(context.request)
  const [[most, used, idleJson, own] = []] = await context.session().rows(slotsSql, [name])
  const free = Number(most) - Number(used)
  const idle: unknown = JSON.parse(idleJson ?? '[]')
  const evidence = [
    { label: 'max_replication_slots', value: most ?? '' },
    { label: 'In use', value: used ?? '' },
    ...(Array.isArray(idle) && idle.length > 0 ? [{ label: 'Nobody reads', value: idle.join(', ') }] : []),
  ]
  if (own != null) return { state: 'passed', sentence: `The slot ${name} is there, ${own}`, evidence }
  if (free > 0) return { state: 'passed', sentence: `${free} of ${most} free`, evidence }
  return {
    state: 'failed',
    sentence: `All ${most} are taken, and following needs one`,
    solution:
      'Drop a slot that nobody reads any more, or allow more of them; that takes effect when the server restarts.',
    evidence,
    ...(await moreOf(context, 'max_replication_slots', Number(most))),
  }
}

const sendersSql = `select current_setting('max_wal_senders'), (select count(*)::text from pg_stat_replication)`

/** Following takes one for as long as it goes on. */
export async function askSenders(context: PostgresCheckContext): Promise<Finding> {
  const [[most, used] = []] = await context.session().rows(sendersSql)
  const free = Number(most) - Number(used)
  const evidence = [
    { label: 'max_wal_senders', value: most ?? '' },
    { label: 'In use', value: used ?? '' },
  ]
  if (free > 0) return { state: 'passed', sentence: `${free} of ${most} free`, evidence }
  return {
    state: 'failed',
    sentence: `All ${most} are in use, and following needs one`,
    solution:
      'End a replication that is not needed, or allow more of them; that takes effect when the server restarts.',
    evidence,
    ...(await moreOf(context, 'max_wal_senders', Number(most))),
  }
}

const keepSizeSql = `select setting, pg_size_pretty(setting::int8 * 1024 * 1024) from pg_settings where name = 'max_slot_wal_keep_size'`

/** Below it an engine that is away for an evening loses its slot. */
const littleMegabytes = 1_024

export async function askKeepSize(context: PostgresCheckContext): Promise<Finding> {
  const [[setting, shown] = []] = await context.session().rows(keepSizeSql)
  const megabytes = Number(setting)
  const evidence = [{ label: 'max_slot_wal_keep_size', value: megabytes === -1 ? '-1' : (shown ?? '') }]
  if (megabytes >= littleMegabytes) {
    return { state: 'passed', sentence: `A slot may hold ${shown} of WAL`, evidence }
  }
  const statements = [`alter system set max_slot_wal_keep_size = '10GB'`, reloadSql]
  const options = { restart: false, places: keepSizePlaces, setting: 'max_slot_wal_keep_size' }
  return {
    state: 'warning',
    evidence,
    ...(megabytes === -1
      ? {
          sentence: 'Without limit: while nobody reads a slot, WAL is kept until the disk is full',
          solution: 'Set a limit that fits the disk. Past it the slot is lost, and the rows have to be copied again.',
        }
      : {
          sentence: `A slot may hold only ${shown} of WAL`,
          solution: 'Allow more: past the limit the slot is lost, and the rows have to be copied again.',
        }),
    ...(await settingFix(context, statements, options)),
  }
}

function told({ state, solution }: SourceFault): Pick<Finding, 'sentence' | 'solution'> {
  return { sentence: `${state.charAt(0).toUpperCase()}${state.slice(1)}`, solution }
}

async function moreOf(context: PostgresCheckContext, setting: string, most: number): Promise<Partial<Finding>> {
  const statement = `alter system set ${setting} = ${most + 5}`
  return settingFix(context, [statement], { restart: true, places: slotPlaces, setting })
}

interface SettingOptions {
  readonly restart: boolean
  readonly places: PlaceTexts
  readonly setting: string
}

/** From 15 on a superuser can let others set a single setting. */
const maySetSql = `
select case when (select rolsuper from pg_roles where rolname = current_user) then 'true'
            when current_setting('server_version_num')::int < 150000 then 'false'
            else (query_to_xml(format('select has_parameter_privilege(%L, ''alter system'') as may', $1::text), false, true, '')::text ~ 'true')::text
       end`

/** Managed services do not allow ALTER SYSTEM: there only the place is told. */
async function settingFix(
  context: PostgresCheckContext,
  statements: readonly string[],
  { restart, places, setting }: SettingOptions,
): Promise<Pick<Finding, 'fix' | 'places'>> {
  const { provider, administrator } = await context.provider()
  const told = { places: placesFor(places, provider) }
  if (provider !== 'own') return told
  const [[mayRun] = []] = await context.session().rows(maySetSql, [setting])
  return { ...told, fix: { statements, mayRun: mayRun === 'true', by: administrator, restart } }
}
