import type { EventReader } from './domain/event-reader.ts'
import { type DeadLetterReader, openDeadLetterReader } from './sqlite/open-dead-letter-reader.ts'
import { openEventReader } from './sqlite/open-event-reader.ts'

export interface StoreReader {
  readonly events: EventReader
  readonly deadLetters: DeadLetterReader
  close(): void
}

/**
 * Looks into the event store of a state folder, beside a running engine or without one; neither waits for the other.
 * Throws a FailureError of kind `store` when there is none to read.
 */
export function readStore(stateDir: string): StoreReader {
  const events = openEventReader({ stateDir })
  const deadLetters = openDeadLetterReader({ stateDir })
  return {
    events,
    deadLetters,
    close() {
      deadLetters.close()
      events.close()
    },
  }
}
