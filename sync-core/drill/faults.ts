import fc from 'fast-check'
import {
  type ConsumerName,
  consumerNames,
  type DatabaseName,
  databaseNames,
  type SchemaName,
  schemaNames,
} from './shop.ts'

/** Something that breaks, or that a person does. */
export type Fault =
  /** SIGKILL of the engine; the next fault may meet the start of the next one, or waits until it has begun or streams. */
  | { readonly kind: 'kill'; readonly until: 'at once' | 'started' | 'ready' }
  /** SIGTERM: it drains and goes. */
  | { readonly kind: 'restart' }
  /** SIGSTOP, as a laptop that sleeps. */
  | { readonly kind: 'freeze'; readonly ms: number }
  /**
   * The source's commits are in its WAL and not yet to be seen, as with a synchronous standby that is away; or that, with a
   * SIGKILL of the engine meanwhile.
   */
  | { readonly kind: 'late'; readonly ms: number; readonly kill: boolean }
  /** `-m immediate`, and up again. */
  | { readonly kind: 'crash'; readonly of: DatabaseName }
  /** `pg_terminate_backend` of the engine's sessions, or of any one of them. */
  | { readonly kind: 'terminate'; readonly of: DatabaseName; readonly one: boolean }
  /** The network cuts what passes it. */
  | { readonly kind: 'cut'; readonly of: DatabaseName }
  /** The network lets nothing pass, and loses nothing. */
  | { readonly kind: 'stall'; readonly of: DatabaseName; readonly ms: number }
  /** The server has nothing more to say (FIN), and would still listen. */
  | { readonly kind: 'half-close'; readonly of: DatabaseName }
  /** The network takes no connection. */
  | { readonly kind: 'refuse'; readonly of: DatabaseName; readonly ms: number }
  | { readonly kind: 'pause'; readonly consumer: ConsumerName }
  | { readonly kind: 'resume'; readonly consumer: ConsumerName }
  /** `rejot backfill`. */
  | { readonly kind: 'copy-again'; readonly schema: SchemaName }
export type FaultKind = Fault['kind']

/** A fault, and how long nothing else breaks before it. */
export interface Stroke {
  readonly afterMs: number
  readonly fault: Fault
}

const kind = <Kind extends FaultKind>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name)
const of = fc.constantFrom(...databaseNames)
const consumer = fc.constantFrom(...consumerNames)

const untilArbitrary = fc.constantFrom('at once' as const, 'started' as const, 'ready' as const, 'ready' as const)

const faultArbitrary: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: kind('kill'), until: untilArbitrary }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('restart') }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('freeze'), ms: fc.integer({ min: 50, max: 1_500 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: kind('late'), ms: fc.integer({ min: 50, max: 600 }), kill: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ kind: kind('crash'), of }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('terminate'), of, one: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('cut'), of }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('stall'), of, ms: fc.integer({ min: 50, max: 1_500 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('half-close'), of }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('refuse'), of, ms: fc.integer({ min: 50, max: 1_000 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('pause'), consumer }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('resume'), consumer }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('copy-again'), schema: fc.constantFrom(...schemaNames) }) },
)

/** Between 0 and 2 seconds apart, so that some meet what the former one has left and some a lane that streams. */
export const strokeArbitrary: fc.Arbitrary<Stroke> = fc.record({
  afterMs: fc.nat(2_000),
  fault: faultArbitrary,
})

/** `crash crm`, for lists. */
export function nameFault(fault: Fault): string {
  const what =
    'of' in fault ? fault.of : 'consumer' in fault ? fault.consumer : 'schema' in fault ? fault.schema : undefined
  return what === undefined ? fault.kind : `${fault.kind} ${what}`
}
