import type { BrowserWindow } from 'electron'
import type { Handlers } from '../ipc/answer.ts'

export function windowHandlers(
  current: () => BrowserWindow | undefined,
): Pick<Handlers, 'window.minimize' | 'window.toggleMaximize' | 'window.close'> {
  return {
    'window.minimize': () => current()?.minimize(),
    'window.toggleMaximize': () => {
      const window = current()
      if (window?.isMaximized() === true) window.unmaximize()
      else window?.maximize()
    },
    'window.close': () => current()?.close(),
  }
}
