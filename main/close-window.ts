import type { EngineState } from './contract/contract.ts'

export interface Closing {
  readonly drained: boolean
  readonly engine: EngineState['state']
  readonly trayPossible: boolean
  readonly trayExplained: boolean
  readonly platform: string
}

/**
 * What closing the last window means. Pure.
 *
 * - `close`: the window goes, the program stays: in the tray with its sync, or in the Dock.
 * - `ask`: the same, but it has not been said yet that a sync goes on without a window.
 * - `quit`: nothing would be left to see of the program, so it ends; the window stays until the drain is over.
 */
export function decideClose({
  drained,
  engine,
  trayPossible,
  trayExplained,
  platform,
}: Closing): 'close' | 'ask' | 'quit' {
  if (drained) return 'close'
  const syncs = engine === 'starting' || engine === 'running' || engine === 'restarting'
  if (!syncs) return platform === 'darwin' ? 'close' : 'quit'
  if (!trayPossible) return 'quit'
  return trayExplained ? 'close' : 'ask'
}
