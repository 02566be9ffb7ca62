const longest = 300

/**
 * A sentence as one line, whatever it quotes: who reads problems line by line must not take a part of a manifest for one
 * of them, and nobody reads a statement of forty lines between two quotation marks. Pure.
 */
export function oneLine(sentence: string): string {
  const line = sentence.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+\s*/gu, ' ').toWellFormed()
  if (line.length <= longest) return line
  // What it says of the quotation mostly stands behind it.
  return `${line.slice(0, longest - 100).toWellFormed()} … ${line.slice(-95).toWellFormed()}`
}
