import type { KeyPress } from './keys.ts'
import { isBare, isPressed } from './keys.ts'

/** Something a person can do, said once; palette, tooltips, keys, menu and the list of shortcuts are made of these. */
export interface Command {
  readonly id: string
  readonly title: string
  readonly group:
    | 'Go to'
    | 'Workspace'
    | 'Connections'
    | 'Schemas'
    | 'Sync'
    | 'View'
    | 'Graph'
    | 'Changes'
    | 'Events'
    | 'Jump'
  /** In Electron's notation. */
  readonly keys?: string
  /** Beside the title: what kind of thing it is, and whose. */
  readonly detail?: string
  /** Other words it is looked for by. */
  readonly words?: string
  /** Left out of palette and keys while false; always possible when absent. */
  readonly enabled?: () => boolean
  readonly run: () => void
}

export interface CommandRegistry {
  /** Those that are possible now. */
  all(): readonly Command[]
  find(id: string): Command | undefined
  /** Runs it if it is possible now. Returns whether it was. */
  run(id: string): boolean
  /** Runs what the keys mean, and returns whether they meant anything. */
  press(press: KeyPress & { readonly target: EventTarget | null }): boolean
}

/** `fixed` never change; `jumps` are asked each time, since they follow the open workspace. */
export function createRegistry(deps: {
  fixed: readonly Command[]
  jumps: () => readonly Command[]
  platform: string
}): CommandRegistry {
  const { fixed, jumps, platform } = deps
  const possible = (command: Command) => command.enabled?.() ?? true
  const run = (id: string): boolean => {
    const command = [...fixed, ...jumps()].find((each) => each.id === id)
    if (command === undefined || !possible(command)) return false
    command.run()
    return true
  }
  return {
    all: () => [...fixed, ...jumps()].filter(possible),
    find: (id) => fixed.find((each) => each.id === id),
    run,
    press(press) {
      // One combination may mean something else in another place.
      const command = fixed.find(
        (one) => one.keys !== undefined && isPressed(one.keys, press, platform) && possible(one),
      )
      if (command?.keys === undefined) return false
      if (isBare(command.keys) && isTyping(press.target)) return false
      return run(command.id)
    },
  }
}

/** The editor for SQL is no field of the page's own: its role says what it is. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.matches('input, textarea, select, [role="textbox"]') || target.isContentEditable
}
