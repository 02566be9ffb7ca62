/** A `-- rejot: …` line with what follows it, up to the next such line. */
export interface Section {
  /** What stands behind `-- rejot:`. */
  readonly title: string
  /** Offset of its line in the file. */
  readonly offset: number
  /** All that follows the title. */
  readonly body: Passage
  /** The comment lines right below the title. */
  readonly header: readonly HeaderLine[]
  /** What follows these. */
  readonly rest: Passage
}

/** A part of the file without blanks at its ends, and without semicolons at its end; '' when there is none. */
export interface Passage {
  readonly text: string
  readonly offset: number
}

/** A comment line, without its dashes. */
export interface HeaderLine {
  readonly text: string
  /** Of the text's first character that is no blank. */
  readonly offset: number
  /** Begins further right than fields do, so it goes on with the field above it. */
  readonly indented: boolean
}

interface Line {
  readonly text: string
  readonly offset: number
}

const titlePattern = /^--[ \t]*rejot:[ \t]*(.*?)[ \t]*$/s

/** The sections of a SQL file, whose lines end with LF. What stands before the first belongs to none. */
export function splitSections(text: string): readonly Section[] {
  const lines = linesOf(text)
  const starts = lines.flatMap((line, index) => (titlePattern.test(line.text) ? [index] : []))
  return starts.map((start, index) => readSection(lines.slice(start, starts[index + 1])))
}

function readSection([first, ...lines]: readonly Line[]): Section {
  const end = lines.findIndex((line) => !line.text.startsWith('--'))
  const headerCount = end === -1 ? lines.length : end
  return {
    title: titlePattern.exec(first?.text ?? '')?.[1] ?? '',
    offset: first?.offset ?? 0,
    body: passage(lines),
    header: lines.slice(0, headerCount).map(headerLine),
    rest: passage(lines.slice(headerCount)),
  }
}

function passage(lines: readonly Line[]): Passage {
  const raw = lines.map((line) => line.text).join('\n')
  const text = raw.trim().replace(/[;\s]+$/, '')
  return { text, offset: (lines[0]?.offset ?? 0) + raw.length - raw.trimStart().length }
}

function headerLine({ text, offset }: Line): HeaderLine {
  const own = text.slice(2)
  const blanks = own.length - own.trimStart().length
  return { text: own.trim(), offset: offset + 2 + blanks, indented: blanks > 1 }
}

function linesOf(text: string): readonly Line[] {
  let offset = 0
  return text.split('\n').map((line) => {
    const own = { text: line, offset }
    offset += line.length + 1
    return own
  })
}
