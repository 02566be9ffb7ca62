/** Postgres's own words: let clients finish, cut them off, or leave at once and recover at the next start. */
export type StopMode = 'smart' | 'fast' | 'immediate'

export const stopSignals = {
  smart: 'SIGTERM',
  fast: 'SIGINT',
  immediate: 'SIGQUIT',
} as const satisfies Record<StopMode, NodeJS.Signals>
