import type { Clock } from '../domain/clock.ts'
import { FailureError } from '../domain/failure.ts'
import type { Session } from './session.ts'

export interface SlotWait {
  readonly slotName: string
  /** The connection's name, for sentences. */
  readonly object: string
  /** What the walsender of this engine is called, now and in its former runs. */
  readonly reader: string
  /** How long to wait for it; a walsender whose client has just died lets go within a moment. */
  readonly patienceMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

const lookEveryMs = 200

/** Waited at the first try, and after a session of our own: otherwise whoever tries again waits anyway, and says so. */
const slotPatienceMs = 5_000

/** How long a slot that is read is waited for; of a source, not of one of its sessions. */
export interface SlotPatience {
  /** Milliseconds for the try that begins now; 0 for those after it. */
  takeMs(): number
  /** A session of our own ends: its walsender may take a moment to let go. */
  renew(): void
}

/** For a source that nobody has tried yet. */
export function createSlotPatience(): SlotPatience {
  let isFresh = true
  return {
    takeMs() {
      const patienceMs = isFresh ? slotPatienceMs : 0
      isFresh = false
      return patienceMs
    },
    renew() {
      isFresh = true
    },
  }
}

const readerSql = `
select s.active_pid::text, a.application_name, current_setting('wal_sender_timeout')
  from pg_replication_slots s left join pg_stat_activity a on a.pid = s.active_pid
 where s.slot_name = $1 and s.active_pid is not null`

/**
 * Waits a moment for a slot that somebody reads. Throws a FailureError, to be tried again: of kind `slot-in-use` when it
 * is another program's, of kind `overloaded` when the server has not noticed yet that our own former run is gone.
 */
export async function awaitSlot(session: Session, wait: SlotWait): Promise<void> {
  const { clock, signal } = wait
  const until = clock.monotonicMs() + wait.patienceMs
  for (;;) {
    const [row] = await session.rows(readerSql, [wait.slotName])
    if (row === undefined || signal.aborted) return
    const [pid, application, timeout] = row
    if (clock.monotonicMs() >= until) {
      throw application === wait.reader ? stillOurs(wait, timeout ?? '') : slotInUse(wait, pid ?? '')
    }
    await clock.sleep(lookEveryMs, signal)
  }
}

function slotInUse({ object, slotName }: SlotWait, pid: string): FailureError {
  return new FailureError({
    kind: 'slot-in-use',
    policy: 'retry',
    object,
    message: `Cannot follow ${object}: another program reads its slot ${slotName} (server process ${pid})`,
    solution: 'Stop the other engine, or give this one a slotName of its own in the manifest.',
    sqlstate: '55006',
  })
}

function stillOurs({ object, slotName }: SlotWait, timeout: string): FailureError {
  const within = timeout === '0' ? 'once it notices' : `within its wal_sender_timeout of ${timeout}`
  return new FailureError({
    kind: 'overloaded',
    policy: 'retry',
    object,
    message: `Cannot follow ${object} yet: the server still holds slot ${slotName} for this engine's former run`,
    solution: `The server lets go ${within}; if it does not, another engine runs with a copy of this state folder.`,
    sqlstate: '55006',
  })
}
