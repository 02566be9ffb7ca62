import type { SourceCheckpoint } from '../domain/checkpoint.ts'
import { FailureError } from '../domain/failure.ts'
import { type Lsn, parseLsn } from '../domain/lsn.ts'
import { checkSlot, slotGone, slotInvalid } from './check-identity.ts'
import { quoteLiteral } from './quote.ts'
import type { Session } from './session.ts'

export interface SlotFacts {
  readonly confirmed: Lsn
  /** Made now: no transaction that ran before it is still running. */
  readonly created: boolean
  undo(): Promise<void>
}

const slotSql = `
select plugin, (database = current_database())::text, active_pid::text, confirmed_flush_lsn::text, wal_status
  from pg_replication_slots where slot_name = $1`

/**
 * Finds the slot, or makes it when nothing is known of the source yet; the publication must exist before it. Throws a
 * FailureError for a slot that is another program's, in use, gone, lost, or not where it was left.
 */
export async function ensureSlot(
  session: Session,
  name: string,
  object: string,
  known: SourceCheckpoint | undefined,
): Promise<SlotFacts> {
  const slot = await findSlot(session, name, object)
  if (slot === undefined && known !== undefined) throw slotGone(name, object)
  if (slot === undefined) return createSlot(session, name, object)
  if (slot.confirmed === undefined) throw slotInvalid(name, object)
  if (slot.activePid !== undefined) throw inUse(slot.activePid, name, object)
  if (known !== undefined) checkSlot(slot.confirmed, known, name, object)
  return { confirmed: slot.confirmed, created: false, undo: async () => {} }
}

/** Gives the slot up, in whatever state it is. Throws for one that is another program's or in use. */
export async function dropSlot(session: Session, name: string, object: string): Promise<void> {
  const slot = await findSlot(session, name, object)
  if (slot === undefined) return
  if (slot.activePid !== undefined) throw inUse(slot.activePid, name, object)
  await session.rows('select pg_drop_replication_slot($1)', [name])
}

interface FoundSlot {
  readonly activePid: string | undefined
  /** `undefined`: the WAL that it needs is gone. */
  readonly confirmed: Lsn | undefined
}

/** Throws for one that is not ours: nobody may take it for lost, or drop it. */
async function findSlot(session: Session, name: string, object: string): Promise<FoundSlot | undefined> {
  const [row] = await session.rows(slotSql, [name])
  if (row === undefined) return undefined
  const [plugin, ownDatabase, activePid, confirmed, walStatus] = row
  if (plugin !== 'pgoutput' || ownDatabase !== 'true') {
    throw new FailureError({
      kind: 'slot-in-use',
      policy: 'halt',
      object,
      message: `Cannot follow ${object}: the slot ${name} belongs to another program or database`,
      solution: 'Choose another slotName in the manifest.',
    })
  }
  const isLost = walStatus === 'lost' || confirmed == null
  return { activePid: activePid ?? undefined, confirmed: isLost ? undefined : parseLsn(confirmed) }
}

function inUse(pid: string, name: string, object: string): FailureError {
  return new FailureError({
    kind: 'slot-in-use',
    policy: 'retry',
    object,
    message: `Cannot follow ${object}: another program reads its slot ${name} (server process ${pid})`,
    solution: 'Stop the other engine; this one goes on by itself then.',
    sqlstate: '55006',
  })
}

/** Waits for every transaction that is open at this moment; one that stays open is named after 5 s and tried again later. */
async function createSlot(session: Session, name: string, object: string): Promise<SlotFacts> {
  const undo = async (): Promise<void> => {
    await session.rows('select pg_drop_replication_slot($1)', [name])
  }
  try {
    const [, [row] = []] = await session.script(
      `set statement_timeout = '5s'; select lsn::text from pg_create_logical_replication_slot(${quoteLiteral(name)}, 'pgoutput'); set statement_timeout = '300s'`,
    )
    return { confirmed: parseLsn(row?.[0] ?? ''), created: true, undo }
  } catch (error) {
    await session.script(`set statement_timeout = '300s'`)
    if ((error as { code?: string }).code !== '57014') throw error
    throw new FailureError({
      kind: 'overloaded',
      policy: 'retry',
      object,
      message: `Cannot create the slot ${name}: waiting for ${(await oldestTransactions(session)) || 'an open transaction'}`,
      solution: 'End that transaction; the slot is tried again by itself.',
    })
  }
}

/** Those that have written: only they are waited for. */
async function oldestTransactions(session: Session): Promise<string> {
  const rows = await session.rows(
    `select pid::text from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid() order by xact_start limit 3`,
  )
  return rows.map(([pid]) => `the transaction of PID ${pid}`).join(', ')
}
