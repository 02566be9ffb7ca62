import assert from 'node:assert/strict'
import { constants } from 'node:buffer'
import { test } from 'node:test'
import { parseLsn } from '../domain/lsn.ts'
import { decodePgoutput } from './decode-pgoutput.ts'

const u8 = (value: number): Buffer => Buffer.from([value])
const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const letter = (text: string): Buffer => Buffer.from(text)
const name = (text: string): Buffer => Buffer.from(`${text}\0`)
const lsn = (high: number, low: number): Buffer => Buffer.concat([u32(high), u32(low)])
const time = Buffer.alloc(8)

type Value = string | null | undefined

function tuple(values: readonly Value[]): Buffer {
  const parts = values.map((value) => {
    if (value === undefined) return letter('u')
    if (value === null) return letter('n')
    return Buffer.concat([letter('t'), u32(Buffer.byteLength(value)), Buffer.from(value)])
  })
  return Buffer.concat([u16(values.length), ...parts])
}

const all = (): readonly boolean[] => [true, true, true]
const decode = (...parts: readonly Buffer[]) => decodePgoutput(Buffer.concat(parts), all)

test('begin and commit carry their positions past four gigabytes', () => {
  assert.deepEqual(decode(letter('B'), lsn(0x16, 0xb374d848), time, u32(4_294_967_295)), {
    type: 'begin',
    commitLsn: parseLsn('16/B374D848'),
    xid: 4_294_967_295,
  })
  assert.deepEqual(decode(letter('C'), u8(0), lsn(0, 0x0fffffff), lsn(0, 0x10000000), time), {
    type: 'commit',
    commitLsn: parseLsn('0/FFFFFFF'),
    endLsn: parseLsn('0/10000000'),
  })
})

test('a relation has its names, and its columns in order with their types', () => {
  const column = (text: string, type: number): Buffer => Buffer.concat([u8(1), name(text), u32(type), u32(0xffffffff)])
  assert.deepEqual(
    decode(letter('R'), u32(7), name(''), name('Größe'), letter('d'), u16(2), column('id', 23), column('b c', 25)),
    {
      type: 'relation',
      relation: { id: 7, schema: 'pg_catalog', table: 'Größe', columns: ['id', 'b c'], types: [23, 25] },
    },
  )
})

test('an insert gives text, NULL, and nothing for columns that nobody wants', () => {
  const message = Buffer.concat([letter('I'), u32(7), letter('N'), tuple(['1', null, 'é'])])
  const change = { type: 'change', relationId: 7, old: undefined }
  assert.deepEqual(decodePgoutput(message, all), { ...change, new: ['1', null, 'é'] })
  const some = decodePgoutput(message, () => [false, true, true])
  assert.ok(some.type === 'change')
  assert.deepEqual([some.new?.[0], some.new?.[1], some.new?.[2]], [undefined, null, 'é'])
  assert.deepEqual(
    decodePgoutput(message, () => undefined),
    { type: 'other' },
  )
})

test('an update with and without its old key; an unchanged value kept out of line is not there', () => {
  const plain = decode(letter('U'), u32(7), letter('N'), tuple(['1', undefined, '']))
  assert.ok(plain.type === 'change')
  assert.deepEqual([plain.old, plain.new?.[0], plain.new?.[1], plain.new?.[2]], [undefined, '1', undefined, ''])
  for (const kind of ['K', 'O']) {
    const keyed = decode(
      letter('U'),
      u32(7),
      letter(kind),
      tuple(['1', null, null]),
      letter('N'),
      tuple(['2', 'a', 'b']),
    )
    assert.deepEqual(keyed, { type: 'change', relationId: 7, old: ['1', null, null], new: ['2', 'a', 'b'] })
  }
})

test('a delete has only the old row, a truncate all its tables, the rest is passed over', () => {
  assert.deepEqual(decode(letter('D'), u32(7), letter('K'), tuple(['1', null, null])), {
    type: 'change',
    relationId: 7,
    old: ['1', null, null],
    new: undefined,
  })
  assert.deepEqual(decode(letter('T'), u32(2), u8(1), u32(7), u32(9)), { type: 'truncate', relationIds: [7, 9] })
  assert.deepEqual(decode(letter('Y'), u32(7)), { type: 'other' })
})

test('a message that is cut off throws instead of giving half a row', () => {
  assert.throws(() => decode(letter('I'), u32(7), letter('N'), u16(1), letter('t'), u8(0)), RangeError)
})

test('a value in binary form is read by its reader alone, and passed over without one', () => {
  const binary = (bytes: Buffer): Buffer => Buffer.concat([letter('b'), u32(bytes.length), bytes])
  const message = Buffer.concat([letter('I'), u32(7), letter('N'), u16(3), ...[1, 2, 3].map((n) => binary(u32(n)))])
  const read = decodePgoutput(message, () => [false, true, (bytes, at) => `#${bytes.readUInt32BE(at)}`])
  assert.ok(read.type === 'change')
  assert.deepEqual([read.new?.[0], read.new?.[1], read.new?.[2]], [undefined, undefined, '#3'])
})

test('a wanted value that no string can hold is told by its column, and the others are read', () => {
  const huge = Buffer.concat([letter('t'), u32(constants.MAX_STRING_LENGTH + 1)])
  const row = [letter('N'), u16(2), letter('t'), u32(1), letter('5'), huge]
  const message = Buffer.concat([letter('I'), u32(7), ...row])
  const told = { type: 'change', relationId: 7, old: undefined }
  assert.deepEqual(decodePgoutput(message, all), { ...told, new: sparse('5', 2), tooLong: [1] })
  assert.deepEqual(
    decodePgoutput(message, () => [true, false]),
    { ...told, new: sparse('5', 2) },
  )
})

/** A row of which only the first value was read. */
function sparse(first: string, length: number): (string | undefined)[] {
  const values = new Array<string | undefined>(length)
  values[0] = first
  return values
}
