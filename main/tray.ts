import { Menu, nativeImage, nativeTheme, Tray } from 'electron'
import type { EngineState } from './contract/contract.ts'

export interface TrayDeps {
  show(): void
  stopSync(): void
  quit(): void
}

/** The mark in the system's tray, there while a sync runs without a window. */
export interface SyncTray {
  /** Whether this system can show one. */
  readonly possible: boolean
  /** Puts it there, takes it away, and says what the engine does. */
  update(visible: boolean, engine: EngineState): void
}

export function createSyncTray(deps: TrayDeps): SyncTray {
  let tray: Tray | undefined
  const possible = hasTray(process.platform, process.env)

  return {
    possible,
    update(visible, engine) {
      if (!visible || !possible) {
        tray?.destroy()
        tray = undefined
        return
      }
      tray ??= makeTray(deps)
      tray.setToolTip(`ReJot: ${words[engine.state]}`)
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: words[engine.state], enabled: false },
          { type: 'separator' },
          { label: 'Open ReJot', click: () => deps.show() },
          { label: 'Stop sync', enabled: engine.state === 'running', click: () => deps.stopSync() },
          { label: 'Quit', click: () => deps.quit() },
        ]),
      )
    },
  }
}

const words: Readonly<Record<EngineState['state'], string>> = {
  idle: 'Sync is stopped',
  starting: 'Sync is starting',
  running: 'Sync is running',
  stopping: 'Sync is stopping',
  restarting: 'Sync restarts soon',
  failed: 'Sync could not start',
}

/** On Linux a tray lives on the session bus (Electron writes `disabled:` where there is none); without one a window that is closed would be gone for good. */
function hasTray(platform: string, env: NodeJS.ProcessEnv): boolean {
  return platform !== 'linux' || /^(unix|tcp):/.test(env.DBUS_SESSION_BUS_ADDRESS ?? '')
}

function makeTray(deps: TrayDeps): Tray {
  const tray = new Tray(mark())
  tray.on('click', () => deps.show())
  return tray
}

const size = 32

/** Two bars and an arrow's head between them, drawn here: three shapes need no file. Twice the size, for dense screens. */
function mark(): Electron.NativeImage {
  const mac = process.platform === 'darwin'
  const level = !mac && nativeTheme.shouldUseDarkColors ? 255 : 0
  const pixels = Buffer.alloc(size * size * 4)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (inMark(x, y)) pixels.set([level, level, level, 255], (y * size + x) * 4)
    }
  }
  const image = nativeImage.createFromBitmap(pixels, { width: size, height: size, scaleFactor: 2 })
  image.setTemplateImage(mac)
  return image
}

function inMark(x: number, y: number): boolean {
  const inBar = y >= 4 && y < 28 && ((x >= 3 && x < 8) || (x >= 24 && x < 29))
  const inArrow = x >= 11 && x < 21 && Math.abs(y - 16) <= (21 - x) * 0.8
  return inBar || inArrow
}
