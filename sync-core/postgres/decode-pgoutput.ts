import { constants } from 'node:buffer'
import { type Lsn, lsnFromHalves } from '../domain/lsn.ts'
import type { BinaryReader } from './binary-values.ts'

/**
 * Reads messages of the pgoutput plugin, protocol version 2, in text or in binary mode.
 * https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html
 *
 * Own code and not the driver's parser, because it reads only the columns that somebody wants: of a wide row with a
 * key of one integer that is most of the cost of a change. Nor does the driver know messages of open transactions.
 */
export type PgoutputMessage =
  | { readonly type: 'begin'; readonly commitLsn: Lsn; readonly xid: number }
  | { readonly type: 'commit'; readonly commitLsn: Lsn; readonly endLsn: Lsn }
  | { readonly type: 'relation'; readonly relation: RelationMessage }
  | {
      readonly type: 'change'
      readonly relationId: number
      readonly old: TupleText | undefined
      readonly new: TupleText | undefined
      /** Columns of which a wanted value, in either row, is longer than any string; they read as values that were not sent. */
      readonly tooLong?: readonly number[]
    }
  | { readonly type: 'truncate'; readonly relationIds: readonly number[] }
  /** What follows, up to `stream-stop`, belongs to this transaction, which is still open. */
  | { readonly type: 'stream-start'; readonly xid: number }
  | { readonly type: 'stream-stop' }
  | { readonly type: 'stream-commit'; readonly xid: number; readonly commitLsn: Lsn; readonly endLsn: Lsn }
  /** A whole transaction, or one of its subtransactions, has been rolled back. */
  | { readonly type: 'stream-abort'; readonly xid: number; readonly subtransaction: number }
  | { readonly type: 'other' }

export type TupleText = (string | null | undefined)[]

export interface RelationMessage {
  readonly id: number
  readonly schema: string
  readonly table: string
  readonly columns: readonly string[]
  /** Oids of their types, in the same order. */
  readonly types: readonly number[]
}

/** Whether a column is wanted, and how it is read where it comes in binary form; with `true` that reads as a value that was not sent. */
export type WantedColumn = boolean | BinaryReader

/** Which columns of a relation are wanted, by their place in the message; `undefined`: the relation is of no interest. */
export type WantedColumns = (relationId: number) => readonly WantedColumn[] | undefined

const other: PgoutputMessage = { type: 'other' }
const streamStop: PgoutputMessage = { type: 'stream-stop' }

/** Where a message's content begins: after its letter, and in a streamed transaction after four bytes of xid as well. */
export type BodyStart = 1 | 5

/**
 * Decodes one message.
 *
 * @param body 5 between `stream-start` and `stream-stop`
 * Throws a RangeError when the message is shorter than its own counts say.
 */
export function decodePgoutput(message: Buffer, wanted: WantedColumns, body: BodyStart = 1): PgoutputMessage {
  switch (message[0]) {
    case 0x49: // I
      return decodeInsert(message, body, wanted)
    case 0x55: // U
      return decodeUpdate(message, body, wanted)
    case 0x44: // D
      return decodeDelete(message, body, wanted)
    case 0x42: // B
      return { type: 'begin', commitLsn: readLsn(message, 1), xid: message.readUInt32BE(17) }
    case 0x43: // C
      return { type: 'commit', commitLsn: readLsn(message, 2), endLsn: readLsn(message, 10) }
    case 0x52: // R
      return { type: 'relation', relation: decodeRelation(message, body) }
    case 0x54: // T
      return decodeTruncate(message, body)
    case 0x53: // S
      return { type: 'stream-start', xid: message.readUInt32BE(1) }
    case 0x45: // E
      return streamStop
    case 0x63: // c
      return {
        type: 'stream-commit',
        xid: message.readUInt32BE(1),
        commitLsn: readLsn(message, 6),
        endLsn: readLsn(message, 14),
      }
    case 0x41: // A
      return { type: 'stream-abort', xid: message.readUInt32BE(1), subtransaction: message.readUInt32BE(5) }
    default:
      return other
  }
}

/** The relation of a row change (I, U, D); `undefined` for every other message. */
export function relationOfChange(message: Buffer, body: BodyStart): number | undefined {
  const letter = message[0]
  return letter === 0x49 || letter === 0x55 || letter === 0x44 ? message.readUInt32BE(body) : undefined
}

function readLsn(message: Buffer, at: number): Lsn {
  return lsnFromHalves(message.readUInt32BE(at), message.readUInt32BE(at + 4))
}

function decodeInsert(message: Buffer, body: number, wanted: WantedColumns): PgoutputMessage {
  const relationId = message.readUInt32BE(body)
  const columns = wanted(relationId)
  if (columns === undefined) return other
  return change(relationId, undefined, readTuple(message, body + 5, columns))
}

function decodeUpdate(message: Buffer, body: number, wanted: WantedColumns): PgoutputMessage {
  const relationId = message.readUInt32BE(body)
  const columns = wanted(relationId)
  if (columns === undefined) return other
  // K or O: the old key or row comes first, when the identity says so.
  if (message[body + 4] === 0x4e) {
    return change(relationId, undefined, readTuple(message, body + 5, columns))
  }
  const old = readTuple(message, body + 5, columns)
  return change(relationId, old, readTuple(message, old.end + 1, columns))
}

function decodeDelete(message: Buffer, body: number, wanted: WantedColumns): PgoutputMessage {
  const relationId = message.readUInt32BE(body)
  const columns = wanted(relationId)
  if (columns === undefined) return other
  return change(relationId, readTuple(message, body + 5, columns), undefined)
}

interface Tuple {
  readonly values: TupleText
  readonly end: number
  readonly tooLong: readonly number[] | undefined
}

function change(relationId: number, old: Tuple | undefined, now: Tuple | undefined): PgoutputMessage {
  const read = { type: 'change', relationId, old: old?.values, new: now?.values } as const
  if (old?.tooLong === undefined && now?.tooLong === undefined) return read
  return { ...read, tooLong: [...(old?.tooLong ?? []), ...(now?.tooLong ?? [])] }
}

/** Of what comes in binary form, the text may be twice as long. */
const longestText = constants.MAX_STRING_LENGTH
const longestBinary = longestText / 2 - 2

function readTuple(message: Buffer, start: number, columns: readonly WantedColumn[]): Tuple {
  const count = message.readUInt16BE(start)
  const values: TupleText = new Array(count)
  let at = start + 2
  let tooLong: number[] | undefined
  for (let column = 0; column < count; column++) {
    const kind = message[at]
    at += 1
    if (kind === 0x6e) {
      values[column] = null // n
    } else if (kind === 0x74) {
      const length = message.readUInt32BE(at) // t
      at += 4
      if (columns[column]) {
        if (length <= longestText) values[column] = message.toString('utf8', at, at + length)
        else tooLong = [...(tooLong ?? []), column]
      }
      at += length
    } else if (kind === 0x62) {
      const length = message.readUInt32BE(at) // b
      at += 4
      const read = columns[column]
      if (typeof read === 'function') {
        if (length <= longestBinary) values[column] = read(message, at, length)
        else tooLong = [...(tooLong ?? []), column]
      }
      at += length
    }
    // u, an unchanged value kept out of line, stays undefined.
  }
  return { values, end: at, tooLong }
}

function decodeRelation(message: Buffer, body: number): RelationMessage {
  const schema = readName(message, body + 4)
  const table = readName(message, schema.end)
  const count = message.readUInt16BE(table.end + 1)
  const columns: string[] = []
  const types: number[] = []
  let at = table.end + 3
  for (let column = 0; column < count; column++) {
    const name = readName(message, at + 1)
    columns.push(name.text)
    types.push(message.readUInt32BE(name.end))
    at = name.end + 8 // type id and modifier
  }
  return { id: message.readUInt32BE(body), schema: schema.text || 'pg_catalog', table: table.text, columns, types }
}

function readName(message: Buffer, start: number): { readonly text: string; readonly end: number } {
  const end = message.indexOf(0, start)
  if (end < 0) throw new RangeError('Cannot read a pgoutput message: a name has no end')
  return { text: message.toString('utf8', start, end), end: end + 1 }
}

function decodeTruncate(message: Buffer, body: number): PgoutputMessage {
  const count = message.readUInt32BE(body)
  const relationIds = Array.from({ length: count }, (_, place) => message.readUInt32BE(body + 5 + 4 * place))
  return { type: 'truncate', relationIds }
}
