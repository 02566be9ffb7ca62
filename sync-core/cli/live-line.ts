/** Lines that scroll, and on a terminal one last line that is written over. */
export interface LiveLine {
  /** Replaces the last line; where no terminal is, prints it as any other. */
  live(line: string): void
  /** Prints whole lines above it, through whichever stream they belong to. */
  print(write: (text: string) => void, text: string): void
}

const wipe = '\r\u001b[2K'

/** `write` shows the last line; `terminal` tells whether it can be written over. */
export function createLiveLine(write: (text: string) => void, terminal: boolean): LiveLine {
  let shown = ''
  return {
    live(line) {
      write(terminal ? `${wipe}${line}` : `${line}\n`)
      shown = line
    },
    print(writeText, text) {
      if (terminal && shown !== '') write(wipe)
      writeText(text)
      if (terminal && shown !== '') write(shown)
    },
  }
}
