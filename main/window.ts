import { isDeepStrictEqual } from 'node:util'
import { BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import type { Log } from '../sync-core/domain/log.ts'
import { appOrigin } from './asset-path.ts'
import type { JsonFile } from './json-file.ts'
import { minimumSize, placeWindow, type WindowMemory } from './window-memory.ts'

export interface MainWindowDeps {
  /** The built preload script. */
  readonly preload: string
  readonly memory: JsonFile<WindowMemory>
  readonly developerTools: boolean
  readonly log: Log
  /** The page is there, also after a reload; whoever has a stream for it connects it now. */
  onPage(): void
  /** The person closes the window. Returns whether it may close. */
  onClose(): boolean
}

/** The program's one window, which may be closed and shown again. */
export interface MainWindow {
  current(): BrowserWindow | undefined
  /** Makes it if there is none, brings it to the front if there is. */
  show(): void
  /** Writes down where it is; resolves when that is on disk. */
  remember(): Promise<void>
}

export function createMainWindow(deps: MainWindowDeps): MainWindow {
  let window: BrowserWindow | undefined
  nativeTheme.on('updated', () => window?.setBackgroundColor(background()))

  return {
    current: () => window,
    show() {
      if (window === undefined) {
        const made = openWindow(deps)
        made.on('closed', () => {
          window = undefined
        })
        window = made
        return
      }
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
    async remember() {
      if (window !== undefined) await remember(window, deps.memory)
    },
  }
}

function openWindow(deps: MainWindowDeps): BrowserWindow {
  const { memory } = deps
  const { bounds, maximized } = memory.read()
  const mac = process.platform === 'darwin'
  const window = new BrowserWindow({
    ...placeWindow(
      bounds,
      screen.getAllDisplays().map((display) => display.workArea),
    ),
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: 'ReJot',
    // The page draws its own title bar; on macOS the system's buttons stay.
    ...(mac ? { titleBarStyle: 'hiddenInset', trafficLightPosition: { x: 14, y: 13 } } : { frame: false }),
    backgroundColor: background(),
    show: false,
    webPreferences: {
      preload: deps.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      devTools: deps.developerTools,
    },
  })
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('page-title-updated', (event) => event.preventDefault())
  window.on('close', (event) => {
    if (!deps.onClose()) return event.preventDefault()
    void remember(window, memory)
  })
  window.webContents.on('did-finish-load', () => deps.onPage())
  reloadAfterCrash(window, deps.log)
  void window.loadURL(`${appOrigin}/`).catch((error: unknown) => deps.log.error('Cannot load the window', error))
  return window
}

async function remember(window: BrowserWindow, memory: JsonFile<WindowMemory>): Promise<void> {
  const before = memory.read()
  const now = { ...before, bounds: window.getNormalBounds(), maximized: window.isMaximized() }
  // While quitting it was written before the drain; a second write would be cut off by the end.
  if (!isDeepStrictEqual(before, now)) await memory.write(now)
}

/** Once a minute by itself; a page that crashes at once again would do so for ever, so then a person decides. */
function reloadAfterCrash(window: BrowserWindow, log: Log): void {
  const reload = () => {
    if (!window.isDestroyed()) window.webContents.reload()
  }
  let reloadedAtMs = Number.NEGATIVE_INFINITY
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    log.warn(`The window's process ended: ${reason}`)
    const again = performance.now() - reloadedAtMs < 60_000
    reloadedAtMs = performance.now()
    // Not from within the event: the browser engine is still taking the old page down and would fall itself.
    if (!again) setImmediate(reload)
    void dialog
      .showMessageBox(window, {
        type: 'warning',
        message: again ? 'The window stopped again.' : 'The window stopped and was loaded again.',
        detail: 'The sync runs in a process of its own and was not touched.',
        buttons: again ? ['Load it again', 'Leave it'] : ['OK'],
        noLink: true,
      })
      .then(({ response }) => {
        if (again && response === 0) reload()
      })
  })
}

/** Plane 0 of the theme, so that nothing flashes before the page has painted. */
function background(): string {
  return nativeTheme.shouldUseDarkColors ? '#0F1217' : '#FFFFFF'
}
