import type { Session } from './session.ts'

interface Closable {
  close(): Promise<void>
}

/** What an opening has made so far: connections, and things on the server. */
export interface Opening {
  /** Closed with all the others. The first one is what undoes: it is closed last. */
  connected<T extends Closable>(connection: T): T
  /** Something was made on the server; undone in the reverse order when the opening fails. */
  made(undo: () => Promise<void>): void
  /** Closes every connection, and leaves what was made. */
  close(): Promise<void>
  /** Takes everything back. What does not go, because the connection is lost, stays. */
  undo(): Promise<void>
}

/** Nothing is made yet. */
export function createOpening(): Opening {
  const connections: Closable[] = []
  const steps: (() => Promise<void>)[] = []
  return {
    connected(connection) {
      connections.push(connection)
      return connection
    },
    made: (undo) => void steps.push(undo),
    async close() {
      await Promise.all(connections.map((one) => one.close()))
    },
    async undo() {
      // All but the first, which undoes: a slot that is read cannot be dropped.
      for (const one of connections.splice(1).reverse()) await one.close()
      for (const step of steps.reverse()) await step().catch(() => {})
      for (const one of connections) await one.close()
    },
  }
}

/**
 * Takes the publication back only where no slot is left that would miss it: a transaction under way would be in its stream
 * with what it did before and after, without what it did meanwhile, and nothing would tell.
 */
export async function unlessSlot(session: Session, slotName: string, undo: () => Promise<void>): Promise<void> {
  const slots = await session.rows(`select from pg_replication_slots where slot_name = $1 and plugin = 'pgoutput'`, [
    slotName,
  ])
  if (slots.length === 0) await undo()
}
