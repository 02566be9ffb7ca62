declare const lsnBrand: unique symbol

/**
 * A position in a Postgres write-ahead log, in bytes from its beginning.
 *
 * A number, not text: compared as text, `0/FFFFFFF` stands behind `0/10000000` and everything after it is lost.
 * Exact up to 2^53 bytes (8 PiB of WAL ever written); `parseLsn` refuses more instead of rounding.
 */
export type Lsn = number & { readonly [lsnBrand]: true }

export const zeroLsn: Lsn = toLsn(0)

/** From the two 32-bit halves of the wire form. Throws a RangeError past 2^53. */
export function lsnFromHalves(high: number, low: number): Lsn {
  return toLsn(high * 0x1_0000_0000 + low)
}

/** From the server's text form `16/B374D848`. Throws a SyntaxError for anything else. */
export function parseLsn(text: string): Lsn {
  const match = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text)
  const [, high, low] = match ?? []
  if (high === undefined || low === undefined) throw new SyntaxError(`Cannot read LSN "${text}": not of the form 0/0`)
  return lsnFromHalves(Number.parseInt(high, 16), Number.parseInt(low, 16))
}

/** The server's text form. */
export function formatLsn(lsn: Lsn): string {
  const high = Math.floor(lsn / 0x1_0000_0000)
  return `${high.toString(16).toUpperCase()}/${(lsn % 0x1_0000_0000).toString(16).toUpperCase()}`
}

/** From a number of bytes, as stored. Throws a RangeError when it is no exact, non-negative whole number. */
export function toLsn(bytes: number): Lsn {
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new RangeError(`Cannot hold LSN ${bytes}: past 2^53`)
  return bytes as Lsn
}

export function maxLsn(a: Lsn, b: Lsn): Lsn {
  return a > b ? a : b
}
