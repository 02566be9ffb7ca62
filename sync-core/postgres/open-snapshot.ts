import { type Lsn, parseLsn, toLsn } from '../domain/lsn.ts'
import type { ProjectedRow, SourceSnapshot } from '../domain/source.ts'
import type { SourceKey } from '../domain/source-transaction.ts'
import { failingAs } from './classify-failure.ts'
import type { PostgresPublicSchema } from './prepare-public-schema.ts'
import { projectKeys } from './project-keys.ts'
import type { Session } from './session.ts'
import { walkKeys } from './walk-keys.ts'

const walPageBytes = 8_192

/** Filenodes of the tables that were read, as they were at the end of the snapshot before: see `close`. */
export interface RewriteWatch {
  filenodes: string
}

const beginSql = `begin isolation level repeatable read read only; select pg_current_snapshot()::text, pg_current_wal_insert_lsn()::text`

/**
 * Takes one state of the source. The snapshot comes first and the LSN second, in one statement of one transaction, so
 * that every transaction that the snapshot sees committed before that LSN.
 */
export async function openSnapshot(
  reading: Session,
  schemas: readonly PostgresPublicSchema[],
  watch: RewriteWatch,
  object: string,
): Promise<SourceSnapshot> {
  const [, [row] = []] = await reading.script(beginSql)
  let asked = 0
  const session: Session = {
    ...reading,
    rows(...question) {
      asked += 1
      return reading.rows(...question)
    },
  }
  let lookedAt: { readonly asked: number; readonly filenodes: Promise<string> } | undefined
  const lookAtFilenodes = (): Promise<string> => {
    const answer = failingAs(object, reading.script(filenodesSql(schemas)))
    const filenodes = answer.then(([rows]) => (rows?.[0] ?? []).join(' '))
    // Whoever closes sees the failure.
    filenodes.catch(() => {})
    lookedAt = { asked, filenodes }
    return filenodes
  }
  const [snapshotText, lsnText] = row ?? []
  const sees = visibility(snapshotText ?? '')
  const find = (schema: number, transformation: number) => {
    const found = schemas[schema]?.transformations[transformation]
    if (found === undefined) throw new RangeError(`Cannot find transformation ${schema}.${transformation}`)
    return { transformation: found, name: `${schema}_${transformation}` }
  }
  return {
    lsn: beforePageHeader(parseLsn(lsnText ?? '')),
    sees,
    project: (schema, transformation, keys): Promise<readonly ProjectedRow[]> =>
      failingAs(schemas[schema]?.id ?? object, projectKeys(session, find(schema, transformation), keys)),
    walk: (schema, transformation, after, limit): Promise<readonly SourceKey[]> =>
      failingAs(object, walkKeys(session, find(schema, transformation).transformation, after, limit)),
    async estimateRows(schema, transformation) {
      const { oid } = find(schema, transformation).transformation.source
      const estimateSql = 'select greatest(reltuples, 0)::int8 from pg_class where oid = $1::oid'
      const [estimate] = await failingAs(object, session.rows(estimateSql, [String(oid)]))
      return Number(estimate?.[0] ?? 0)
    },
    expectClose: lookAtFilenodes,
    async close() {
      const before = watch.filenodes
      // A look before the last question would miss what that one read.
      const looked = lookedAt?.asked === asked ? lookedAt.filenodes : lookAtFilenodes()
      // Nothing depends on the answer: where it fails the connection is lost, which all others notice.
      reading.script('commit').catch(() => {})
      watch.filenodes = await looked
      return watch.filenodes === before
    },
  }
}

/** `pg_relation_filenode` looks at the catalogue as it is now, not as the snapshot has it: that is what makes a rewrite seen. */
export function filenodesSql(schemas: readonly PostgresPublicSchema[]): string {
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
