import { FailureError } from '../domain/failure.ts'
import { type Lsn, parseLsn } from '../domain/lsn.ts'
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
 * Finds the slot, or makes it; the publication must exist before it. Throws a FailureError for a slot that is another
 * program's, in use, or lost.
 */
export async function ensureSlot(
  session: Session,
  name: string,
  object: string,
  mayCreate: boolean,
): Promise<SlotFacts> {
  const [row] = await session.rows(slotSql, [name])
  if (row === undefined && !mayCreate) {
    throw refuse(
      object,
      `its slot ${name} is gone, and with it the changes since`,
      'Start with a new state folder to copy all rows again.',
    )
  }
  if (row === undefined) return createSlot(session, name, object)
  const [plugin, ownDatabase, activePid, confirmed, walStatus] = row
  if (plugin !== 'pgoutput' || ownDatabase !== 'true') {
    throw refuse(
      object,
      `the slot ${name} belongs to another program or database`,
      'Choose another slotName in the manifest.',
    )
  }
  if (walStatus === 'lost' || confirmed == null) {
    throw refuse(
      object,
      `the server has thrown away WAL that the slot ${name} still needed`,
      `Run select pg_drop_replication_slot('${name}'); the next start makes a new slot and copies the rows again.`,
    )
  }
  if (activePid != null) {
    throw new FailureError({
      kind: 'slot-in-use',
      policy: 'retry',
      object,
      message: `Cannot follow ${object}: another program reads its slot ${name} (server process ${activePid})`,
      solution: 'Stop the other engine; this one goes on by itself then.',
      sqlstate: '55006',
    })
  }
  return { confirmed: parseLsn(confirmed), created: false, undo: async () => {} }
}

/** Waits for every transaction that is open at this moment; one that stays open is named after 5 s and tried again later. */
async function createSlot(session: Session, name: string, object: string): Promise<SlotFacts> {
  const undo = async (): Promise<void> => {
    await session.rows('select pg_drop_replication_slot($1)', [name])
  }
  const before = await oldestTransactions(session)
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
      message: `Cannot create the slot ${name}: waiting for ${before || 'an open transaction'}`,
      solution: 'End that transaction; the slot is tried again by itself.',
    })
  }
}

async function oldestTransactions(session: Session): Promise<string> {
  const rows = await session.rows(
    `select pid::text from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid() order by xact_start limit 3`,
  )
  return rows.map(([pid]) => `the transaction of PID ${pid}`).join(', ')
}

function refuse(object: string, state: string, solution: string): FailureError {
  return new FailureError({
    kind: 'slot-lost',
    policy: 'halt',
    object,
    message: `Cannot follow ${object}: ${state}`,
    solution,
  })
}
