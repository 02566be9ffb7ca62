import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright'
import { ensureElectron, launchArguments } from '../../build/electron.mjs'
import { projectDir } from '../../build/project.mjs'

export interface LaunchOptions {
  /** Settings, recent workspaces, event stores and sample of this run; made when missing. */
  readonly userDataDir: string
  /** `--sample`, or a path. */
  readonly args?: readonly string[]
  readonly size?: { readonly width: number; readonly height: number }
  readonly theme?: 'light' | 'dark' | 'system'
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
}

export interface LaunchedWindow {
  readonly app: ElectronApplication
  readonly page: Page
  /** Of the main process. */
  readonly pid: number
  /** Quits as a person would and resolves when the process is gone, with its exit code. */
  quit(): Promise<number | null>
}

/**
 * Starts the built program as a person would, and resolves when its page is loaded. Size and theme are given the way the
 * program itself remembers them, so that it needs no switches for tests. Needs a display (`xvfb-run -a`).
 */
export async function launchWindow(options: LaunchOptions): Promise<LaunchedWindow> {
  const { userDataDir } = options
  mkdirSync(userDataDir, { recursive: true })
  remember(options)
  const quiet = { say: () => undefined }
  const app = await _electron.launch({
    executablePath: await ensureElectron(quiet),
    args: [...launchArguments(quiet), `--user-data-dir=${userDataDir}`, projectDir, ...(options.args ?? [])],
    env: { ...environment(), ...options.env },
  })
  const process = app.process()
  const exited = new Promise<number | null>((resolve) => process.once('exit', (code) => resolve(code)))
  const page = await app.firstWindow()
  await page.waitForLoadState('load')
  return {
    app,
    page,
    pid: process.pid ?? -1,
    async quit() {
      // The connection may be cut before the answer: the exit is what counts.
      app.evaluate(({ app }) => app.quit()).catch(() => undefined)
      return exited
    },
  }
}

function remember({ userDataDir, size, theme }: LaunchOptions): void {
  if (size !== undefined) {
    const memory = { bounds: { x: 0, y: 0, ...size }, maximized: false, trayExplained: true }
    writeFileSync(join(userDataDir, 'window.json'), JSON.stringify(memory))
  }
  if (theme !== undefined) {
    writeFileSync(join(userDataDir, 'settings.json'), JSON.stringify({ theme, timeZone: 'local', layout: {} }))
  }
}

function environment(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return Object.fromEntries(entries)
}
