/** What a command has of the process around it. */
export interface CommandIo {
  /** A line, or part of one, to standard output. */
  readonly out: (text: string) => void
  /** The same to standard error. */
  readonly err: (text: string) => void
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative paths are meant from here. */
  readonly folder: string
  /** Standard output is a terminal that a person looks at. */
  readonly terminal: boolean
}
