/** Where the engine says what happens. Never given a secret or a row value. */
export interface Log {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string, error?: unknown): void
}
