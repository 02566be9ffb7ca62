import { callEngine } from '../api/call-engine.ts'
import type { Verb, VerbInput, VerbOutput } from '../api/verbs.ts'
import { Complaint } from './complaint.ts'

/**
 * Tells the engine that runs with a state folder what to do, and returns its answer. Throws a Complaint when none runs
 * there, and a FailureError when it refuses.
 */
export async function tellEngine<V extends Verb>(
  stateDir: string,
  verb: V,
  input: VerbInput<V>,
): Promise<VerbOutput<V>> {
  const answer = await callEngine(stateDir, verb, input)
  if (answer !== undefined) return answer
  throw new Complaint(
    `No engine runs with the state folder ${stateDir}: start "rejot sync", or name another with --state or --manifest`,
  )
}
