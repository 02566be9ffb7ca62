/** A command line as a shell would cut it: quotes, backslashes, lines that go on. Variables stay as they are written. */
export function shellWords(line: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  const piece = /\\\r?\n|\s+|'([^']*)'?|"((?:\\[\s\S]|[^"\\])*)"?|\\([\s\S])|[^\s'"\\]+|\\/y
  for (let found = piece.exec(line); found !== null; found = piece.exec(line)) {
    const [text, single, double, escaped] = found
    if (/^\s/.test(text)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (!/^\\\r?\n$/.test(text)) {
      word = (word ?? '') + (single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? text)
    }
  }
  return word === undefined ? words : [...words, word]
}
