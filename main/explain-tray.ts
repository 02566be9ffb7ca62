import { dialog } from 'electron'
import type { JsonFile } from './json-file.ts'
import type { WindowMemory } from './window-memory.ts'

/** Says once that a sync goes on without a window, and lets the person quit instead. */
export async function explainTray(deps: {
  readonly memory: JsonFile<WindowMemory>
  close(): void
  quit(): void
}): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'info',
    message: 'Rows keep flowing while the window is closed.',
    detail: 'ReJot stays in the tray. Open it from there, or by starting it again.',
    buttons: ['Keep syncing', 'Quit instead'],
    noLink: true,
  })
  await deps.memory.write({ ...deps.memory.read(), trayExplained: true })
  if (response === 0) deps.close()
  else deps.quit()
}
