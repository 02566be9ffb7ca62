import { civilDate, clockTime, dateOf, instantOf } from './binary-times.ts'

/**
 * The text that the server prints, with the settings that we pin, of a value that it sent in binary form. Throws a
 * RangeError where that text is longer than any string.
 */
export type BinaryReader = (message: Buffer, at: number, length: number) => string

/** By the oid of a type; a type that is not there cannot be read. */
export type BinaryTypes = ReadonlyMap<number, BinaryReader>

/**
 * By the server's functions that print a value and send it: domains and citext have those of other types, while two types
 * that are sent alike may be printed differently. Every type that is likely to name a row is here. Left out is what is
 * printed by rules that are not worth repeating, such as floating point.
 * https://github.com/postgres/postgres/tree/master/src/backend/utils/adt
 */
export const binaryReaders: ReadonlyMap<string, BinaryReader> = new Map([
  ['boolout boolsend', (message, at) => (message[at] === 0 ? 'f' : 't')],
  ['int2out int2send', (message, at) => String(message.readInt16BE(at))],
  ['int4out int4send', (message, at) => String(message.readInt32BE(at))],
  ['int8out int8send', (message, at) => String(message.readBigInt64BE(at))],
  ['oidout oidsend', (message, at) => String(message.readUInt32BE(at))],
  ['numeric_out numeric_send', readNumeric],
  ['textout textsend', readText],
  ['varcharout varcharsend', readText],
  ['bpcharout bpcharsend', readText],
  ['nameout namesend', readText],
  ['enum_out enum_send', readText],
  ['json_out json_send', readText],
  // A version comes before the text.
  ['jsonb_out jsonb_send', (message, at, length) => readText(message, at + 1, length - 1)],
  ['uuid_out uuid_send', readUuid],
  ['byteaout byteasend', (message, at, length) => `\\x${message.toString('hex', at, at + length)}`],
  ['date_out date_send', (message, at) => civilDate(dateOf(message.readInt32BE(at)))],
  ['time_out time_send', (message, at) => clockTime(Number(message.readBigInt64BE(at)))],
  ['timestamp_out timestamp_send', (message, at) => instantOf(message.readBigInt64BE(at), '')],
  ['timestamptz_out timestamptz_send', (message, at) => instantOf(message.readBigInt64BE(at), '+00')],
])

function readText(message: Buffer, at: number, length: number): string {
  return message.toString('utf8', at, at + length)
}

function readUuid(message: Buffer, at: number): string {
  const hex = message.toString('hex', at, at + 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const numericSigns: ReadonlyMap<number, string> = new Map([
  [0xc000, 'NaN'],
  [0xd000, 'Infinity'],
  [0xf000, '-Infinity'],
])

/** Digits to the base of 10,000, the first with the given weight; those that are missing are zeros. */
function readNumeric(message: Buffer, at: number): string {
  const count = message.readUInt16BE(at)
  const weight = message.readInt16BE(at + 2)
  const sign = message.readUInt16BE(at + 4)
  const scale = message.readUInt16BE(at + 6)
  const special = numericSigns.get(sign)
  if (special !== undefined) return special
  const groups = (from: number, end: number): string => {
    let digits = ''
    for (let place = from; place < end; place++) {
      const group = place < 0 || place >= count ? 0 : message.readUInt16BE(at + 8 + 2 * place)
      digits += String(group).padStart(4, '0')
    }
    return digits
  }
  const whole = groups(0, weight + 1).replace(/^0+/, '') || '0'
  const fraction = groups(weight + 1, weight + 1 + Math.ceil(scale / 4)).slice(0, scale)
  return `${sign === 0x4000 ? '-' : ''}${whole}${scale === 0 ? '' : `.${fraction}`}`
}
