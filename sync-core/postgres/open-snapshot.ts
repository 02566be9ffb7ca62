import { setImmediate as nextTurn } from 'node:timers/promises'
import { DefinitionChangedError, FailureError, PublicSchemaError } from '../domain/failure.ts'
import { type Lsn, parseLsn, toLsn } from '../domain/lsn.ts'
import type { ProjectedRow, SourceSnapshot } from '../domain/source.ts'
import type { SourceKey } from '../domain/source-transaction.ts'
import { classifyFailure, classifyReadingFailure } from './classify-failure.ts'
import { lockTimeout } from './failure-rules.ts'
import type { PostgresPublicSchema } from './prepare-public-schema.ts'
import { projectKeys } from './project-keys.ts'
import { projectVersions } from './project-versions.ts'
import { quoteIdentifier } from './quote.ts'
import type { ContractSample } from './sample-contract.ts'
import type { Session } from './session.ts'
import { walkKeys } from './walk-keys.ts'

const walPageBytes = 8_192

/** What a session's snapshots leave to the next one. */
export interface SnapshotChain {
  /** Of the tables that were read, as they were at the end of the snapshot before: see `close`. */
  filenodes: string
  /** The transaction of the one before is open: it ends with the next beginning, or by itself at the end of this turn. */
  ending: boolean
}

/** For a session's first snapshot: the tables that are read, as they are now. Throws the driver's error. */
export async function beginSnapshots(
  session: Session,
  schemas: readonly PostgresPublicSchema[],
): Promise<SnapshotChain> {
  const [[filenodes = []] = []] = await session.script(filenodesSql(schemas))
  return { filenodes: filenodes.join(' '), ending: false }
}

const beginSql = `begin isolation level repeatable read read only; select pg_current_snapshot()::text, pg_current_wal_insert_lsn()::text`

export interface SnapshotDeps {
  readonly session: Session
  readonly schemas: readonly PostgresPublicSchema[]
  readonly chain: SnapshotChain
  /** Every transaction before this one must have ended for the snapshot to be settled. */
  readonly settledFrom: bigint
  readonly sample: ContractSample
  /** The connection's name, for sentences. */
  readonly object: string
}

/**
 * Takes one state of the source. The snapshot comes first and the LSN second, in one statement of one transaction, so
 * that every transaction that the snapshot sees committed before that LSN.
 */
export async function openSnapshot(deps: SnapshotDeps): Promise<SourceSnapshot> {
  const { session: reading, schemas, chain, object } = deps
  const end = chain.ending ? 'commit; ' : ''
  chain.ending = false
  const [row] = (await reading.script(`${end}${beginSql}`)).at(-1) ?? []
  let questions = 0
  const session: Session = {
    ...reading,
    rows(...question) {
      questions += 1
      return reading.rows(...question)
    },
  }
  const [snapshotText, lsnText] = row ?? []
  const found = (schema: number): PostgresPublicSchema => {
    const one = schemas[schema]
    if (one === undefined) throw new RangeError(`Cannot find public schema ${schema}`)
    return one
  }
  const find = (schema: number, transformation: number) => {
    const one = found(schema).transformations[transformation]
    if (one === undefined) throw new RangeError(`Cannot find transformation ${schema}.${transformation}`)
    return { transformation: one, name: `${schema}_${transformation}` }
  }
  // After the first failure the server refuses everything else in this transaction: the first is what there is to say.
  let broken: FailureError | undefined
  const guarded = async <T>(work: Promise<T>, failing: (error: unknown) => FailureError): Promise<T> => {
    try {
      return await work
    } catch (error) {
      // The answer to what was asked before may have come with this one, and not be worked off yet.
      if (isAborted(error)) await nextTurn()
      broken ??= failing(error)
      throw broken
    }
  }
  const asked = new Set<PostgresPublicSchema>()
  let lookedAt: { readonly questions: number; readonly filenodes: Promise<string> } | undefined
  /** What was asked holds a lock on every table that it read, until the end: what is seen now stays so. */
  const look = (): Promise<string> => {
    const shapes = [...asked].flatMap((schema) => schema.shapes.map(({ name }) => `execute ${quoteIdentifier(name)};`))
    const looking = reading.script(`${shapes.join(' ')} ${filenodesSql(schemas)}`)
    const answer = guarded(looking, (error) => shapeFailure(object, error))
    const filenodes = answer.then((results) => (results.at(-1)?.[0] ?? []).join(' '))
    // Whoever closes sees the failure.
    filenodes.catch(() => {})
    lookedAt = { questions, filenodes }
    return filenodes
  }
  const askSchema = <T>(place: number, work: Promise<T>): Promise<T> => {
    const schema = found(place)
    asked.add(schema)
    return guarded(work, (error) => ownFailure(schema, error))
  }
  return {
    lsn: beforePageHeader(parseLsn(lsnText ?? '')),
    settled: BigInt((snapshotText ?? '0').split(':')[0] ?? '0') >= deps.settledFrom,
    sees: visibility(snapshotText ?? ''),
    async project(schema, transformation, keys, whole = false) {
      const rows = await askSchema(schema, projectKeys(session, find(schema, transformation), keys, whole))
      if (rows !== 'too-much') deps.sample.see(found(schema).id, rows)
      return rows
    },
    projectVersions: (schema, transformation, versions): Promise<readonly ProjectedRow[]> =>
      askSchema(schema, projectVersions(session, find(schema, transformation), versions)),
    walk: (schema, transformation, after, limit): Promise<readonly SourceKey[]> =>
      askSchema(schema, walkKeys(session, find(schema, transformation).transformation, after, limit)),
    async estimateRows(schema, transformation) {
      const { oid } = find(schema, transformation).transformation.source
      const estimateSql = 'select greatest(reltuples, 0)::int8 from pg_class where oid = $1::oid'
      const work = session.rows(estimateSql, [String(oid)])
      const [estimate] = await guarded(work, (error) => new FailureError(classifyFailure(error, object), error))
      return Number(estimate?.[0] ?? 0)
    },
    expectClose() {
      if (questions > 0 && lookedAt?.questions !== questions) void look()
    },
    async close() {
      const before = chain.filenodes
      // A look before the last question would miss what that one read.
      const isLooked = questions === 0 || lookedAt?.questions === questions
      const looked = isLooked ? lookedAt?.filenodes : look()
      try {
        chain.filenodes = (await looked) ?? before
      } finally {
        endSoon(reading, chain)
      }
      if (broken !== undefined) throw broken
      if (chain.filenodes !== before) throw new DefinitionChangedError(object)
    },
  }
}

/**
 * Under load the next snapshot is opened in the same turn of the loop, and brings the commit along. Nothing depends on
 * its answer: where it fails the connection is lost, which all others notice.
 */
function endSoon(session: Session, chain: SnapshotChain): void {
  chain.ending = true
  setImmediate(() => {
    if (!chain.ending) return
    chain.ending = false
    session.script('commit').catch(() => {})
  })
}

/** "current transaction is aborted": something asked before has failed. */
function isAborted(error: unknown): boolean {
  return (error as { code?: unknown }).code === '25P02'
}

/** What passes by itself, such as a lost connection, is the source's; everything else is this public schema's own. */
function ownFailure(schema: PostgresPublicSchema, error: unknown): FailureError {
  const failure = classifyReadingFailure(error, schema.id)
  if (failure.policy === 'retry' && failure.sqlstate !== lockTimeout) return new FailureError(failure, error)
  return new PublicSchemaError(schema.id, failure, error)
}

function shapeFailure(object: string, error: unknown): FailureError {
  const failure = classifyReadingFailure(error, object)
  if (failure.policy === 'retry') return new FailureError(failure, error)
  return new DefinitionChangedError(object, error)
}

/** `pg_relation_filenode` looks at the catalogue as it is now, not as the snapshot has it: that is what makes a rewrite seen. */
function filenodesSql(schemas: readonly PostgresPublicSchema[]): string {
  const oids = new Set(schemas.flatMap((schema) => schema.tablesRead))
  return `select ${[...oids].map((oid) => `pg_relation_filenode(${oid})`).join(', ') || '0'}`
}

/**
 * Whether a snapshot (`xmin:xmax:xip,…`, 64-bit) sees a transaction of which the stream gave the lower 32 bits. It is
 * widened to the nearest number to xmax, from which no transaction that is delivered can be 2^31 away.
 */
export function visibility(snapshot: string): (xid: number) => boolean {
  const [, xmaxText = '0', running = ''] = snapshot.split(':')
  const xmax = Number(xmaxText)
  const epoch = xmax - (xmax % 0x1_0000_0000)
  const inProgress = new Set(running === '' ? [] : running.split(',').map(Number))
  return (xid) => {
    const candidate = epoch + xid
    const wide = candidate - xmax > 0x8000_0000 ? candidate - 0x1_0000_0000 : candidate
    const full = xmax - wide > 0x8000_0000 ? wide + 0x1_0000_0000 : wide
    return full < xmax && !inProgress.has(full)
  }
}

/** An insert LSN just behind a page's header (24 bytes, 40 on a segment's first page) is one that the walsender never says. */
function beforePageHeader(lsn: Lsn): Lsn {
  const inPage = lsn % walPageBytes
  return inPage === 24 || inPage === 40 ? toLsn(lsn - inPage) : lsn
}
