/** The engine's own clock. Lag is measured with it alone, never between two machines' clocks. */
export interface Clock {
  /** Milliseconds since 1970, for showing. */
  now(): number
  /** Milliseconds on a clock that is never set, for durations. */
  monotonicMs(): number
  /** Resolves after that long, or as soon as the signal aborts; never rejects. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>
}
