import type { Source } from '../domain/source.ts'
import { createSlotPatience } from './await-slot.ts'
import { failingAs } from './classify-failure.ts'
import { dropSlot } from './ensure-slot.ts'
import { openSourceSession, type PostgresSourceDeps } from './open-source-session.ts'
import { createContractSample } from './sample-contract.ts'
import { openSession, type Session } from './session.ts'
import { createStreamForm } from './stream-form.ts'
import { walHeldBy } from './wal-held.ts'

/**
 * A Postgres database as a source: what is asked of it over a connection of its own, and what one session leaves to the
 * next: the rows that were sampled, the form of the stream, and whether a slot that is read is waited for.
 */
export function createPostgresSource(deps: PostgresSourceDeps): Source {
  const { definition, clock } = deps
  const { connection, slotName } = definition
  const object = connection.slug
  const lasting = {
    sample: createContractSample(definition.publicSchemas, clock),
    form: createStreamForm(clock),
    patience: createSlotPatience(),
  }
  return {
    connect: (known, signal, without = new Set()) =>
      openSourceSession({ ...deps, ...lasting }, { known, signal, without }),
    dropSlot: () => askApart((control) => dropSlot(control, slotName, object)),
    walHeld: () => askApart((control) => walHeldBy(control, slotName)),
  }

  async function askApart<T>(question: (control: Session) => Promise<T>): Promise<T> {
    const control = await openSession(connection, { purpose: 'control', settings: {} })
    try {
      return await failingAs(object, question(control))
    } finally {
      await control.close()
    }
  }
}
