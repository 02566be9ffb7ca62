import type { KeyboardEvent } from 'react'
import { isPressed } from '../commands/keys.ts'

/** Of the buttons that run what an editor or a field holds. */
export const runKeys = 'CmdOrCtrl+Enter'

/** For the element around an editor, or a field: the key runs it wherever in there the focus is. */
export function onRunKey(platform: string, run: () => void): (event: KeyboardEvent<HTMLElement>) => void {
  return (event) => {
    if (!isPressed(runKeys, event, platform)) return
    // In the SQL it was answered already; and a dialog's keys come by, though it lies elsewhere.
    if (event.defaultPrevented || !event.currentTarget.contains(event.target as Node)) return
    event.preventDefault()
    run()
  }
}
