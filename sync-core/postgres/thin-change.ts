import type { BodyStart, WantedColumn } from './decode-pgoutput.ts'

/**
 * Copies a row change of pgoutput (I, U or D) without the values that nobody wants; they read as values that were not
 * sent. What is left is a message again and is read like any other.
 *
 * @param target has room for the whole message after `at`
 * @returns the place after the last byte written
 */
export function thinChange(
  message: Buffer,
  body: BodyStart,
  wanted: readonly WantedColumn[],
  target: Buffer,
  at: number,
): number {
  let from = body + 4
  let to = copy(message, 0, from, target, at)
  // An update has one or two rows, each behind a letter.
  while (from < message.length) {
    const count = message.readUInt16BE(from + 1)
    to = copy(message, from, from + 3, target, to)
    from += 3
    for (let column = 0; column < count; column++) {
      const kind = message[from]
      const isSent = kind === 0x74 || kind === 0x62
      const end = from + (isSent ? 5 + message.readUInt32BE(from + 1) : 1)
      if (isSent && !wanted[column]) target[to++] = 0x75
      else to = copy(message, from, end, target, to)
      from = end
    }
  }
  return to
}

/** Most values are a few bytes, for which a call into native code costs more than the bytes. */
function copy(source: Buffer, from: number, end: number, target: Buffer, at: number): number {
  if (end - from > 64) return at + source.copy(target, at, from, end)
  let to = at
  for (let place = from; place < end; place++) target[to++] = source[place] ?? 0
  return to
}
