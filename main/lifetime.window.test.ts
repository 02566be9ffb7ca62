import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { launchWindow } from './testing/launch-window.ts'

const folder = mkdtempSync(join(tmpdir(), 'rejot-lifetime-'))
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
let runs = 0
const freshData = () => join(folder, `data-${++runs}`)

function writeShop(): string {
  const shop = join(folder, `shop-${runs}`)
  mkdirSync(shop)
  writeFileSync(join(shop, 'rejot-manifest.json'), JSON.stringify({ slug: 'shop', manifestVersion: 1 }))
  return shop
}

const stateOf = async ({ page }: Awaited<ReturnType<typeof launchWindow>>) => {
  const answer = await page.evaluate(() => Reflect.get(globalThis, 'rejot').invoke('app.state', undefined))
  return answer.value
}

test('a path argument opens a workspace and starts nothing; it is remembered', async () => {
  const userDataDir = freshData()
  const shop = writeShop()
  const first = await launchWindow({ userDataDir, args: [shop] })
  await first.page.waitForFunction(async () => {
    const answer = await Reflect.get(globalThis, 'rejot').invoke('app.state', undefined)
    return answer.value.workspace !== undefined
  })
  const { workspace, engine } = await stateOf(first)
  assert.equal(workspace.summary.folder, shop)
  assert.equal(engine.state, 'idle')
  assert.equal(await first.quit(), 0)

  const second = await launchWindow({ userDataDir })
  const state = await stateOf(second)
  assert.equal(state.workspace, undefined)
  assert.deepEqual(
    state.recent.map((entry: { folder: string }) => entry.folder),
    [shop],
  )
  assert.equal(await second.quit(), 0)
})

test('size, place and theme are kept over a restart', async () => {
  const userDataDir = freshData()
  const first = await launchWindow({ userDataDir, size: { width: 1100, height: 700 }, theme: 'dark' })
  const look = await first.app.evaluate(({ BrowserWindow, nativeTheme }) => {
    const window = BrowserWindow.getAllWindows()[0]
    const before = window?.getBounds()
    window?.setBounds({ x: 40, y: 50, width: 1200, height: 720 })
    return { before, dark: nativeTheme.shouldUseDarkColors, background: window?.getBackgroundColor() }
  })
  assert.deepEqual([look.before?.width, look.before?.height], [1100, 700])
  assert.deepEqual([look.dark, look.background], [true, '#0F1217'])
  await first.page.evaluate(() => Reflect.get(globalThis, 'rejot').invoke('settings.write', { theme: 'light' }))
  await first.quit()
  assert.equal(JSON.parse(readFileSync(join(userDataDir, 'settings.json'), 'utf8')).theme, 'light')

  const second = await launchWindow({ userDataDir })
  const kept = await second.app.evaluate(({ BrowserWindow, nativeTheme }) => ({
    bounds: BrowserWindow.getAllWindows()[0]?.getBounds(),
    dark: nativeTheme.shouldUseDarkColors,
  }))
  assert.deepEqual(kept, { bounds: { x: 40, y: 50, width: 1200, height: 720 }, dark: false })
  await second.quit()
})

test('a second start hands its wish over and ends', async () => {
  const userDataDir = freshData()
  const shop = writeShop()
  const first = await launchWindow({ userDataDir })
  const opened = first.page.evaluate(
    () =>
      new Promise((resolve) => {
        Reflect.get(globalThis, 'rejot').on('app.state', (state: { workspace?: { summary: { folder: string } } }) => {
          if (state.workspace !== undefined) resolve(state.workspace.summary.folder)
        })
      }),
  )
  await assert.rejects(launchWindow({ userDataDir, args: [shop] }))
  assert.equal(await opened, shop)
  assert.equal(await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length), 1)
  await first.quit()
})

test('a page that crashes is loaded again, and the person is told', async () => {
  const window = await launchWindow({ userDataDir: freshData() })
  await window.app.evaluate(({ BrowserWindow, dialog }) => {
    const told = new Promise((resolve) => {
      dialog.showMessageBox = async (...given: unknown[]) => {
        resolve(Reflect.get(Object(given.at(-1)), 'message'))
        return { response: 0, checkboxChecked: false }
      }
    })
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    const loaded = new Promise<void>((resolve) => contents?.once('did-finish-load', () => resolve()))
    Reflect.set(globalThis, 'crash', Promise.all([told, loaded]))
    contents?.forcefullyCrashRenderer()
  })
  const [told] = await window.app.evaluate(() => Reflect.get(globalThis, 'crash'))
  assert.equal(told, 'The window stopped and was loaded again.')
  assert.equal(await window.quit(), 0)
})

test('a command of the menu reaches the page by its id', async () => {
  const window = await launchWindow({ userDataDir: freshData() })
  await window.page.evaluate(() => {
    const chosen = new Promise((resolve) => {
      Reflect.get(globalThis, 'rejot').on('command.run', resolve)
    })
    Reflect.set(globalThis, 'chosen', chosen)
  })
  await window.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('view.events')?.click())
  assert.deepEqual(await window.page.evaluate(() => Reflect.get(globalThis, 'chosen')), { id: 'view.events' })
  await window.quit()
})

test('a folder that is chosen is opened, a new workspace is written and opened, a cancelled choice changes nothing', async () => {
  const window = await launchWindow({ userDataDir: freshData() })
  const empty = join(folder, `new-${runs}`)
  mkdirSync(empty)
  const choose = (paths: string[]) =>
    window.app.evaluate(({ dialog }, filePaths) => {
      dialog.showOpenDialog = async () => ({ canceled: filePaths.length === 0, filePaths })
    }, paths)
  const invoke = (verb: string, input?: unknown) =>
    window.page.evaluate(([asked, given]) => Reflect.get(globalThis, 'rejot').invoke(asked, given), [
      verb,
      input,
    ] as const)

  await choose([])
  assert.deepEqual(await invoke('workspace.choose', { kind: 'folder' }), { ok: true, value: { opened: false } })
  await choose([empty])
  assert.equal((await invoke('workspace.choose', { kind: 'folder' })).ok, false)
  assert.deepEqual(await invoke('workspace.create'), { ok: true, value: { opened: true } })
  assert.equal((await stateOf(window)).workspace.summary.folder, empty)
  assert.equal((await invoke('workspace.create')).ok, false)
  await window.quit()
})

test('SIGTERM ends the program in order', async () => {
  const window = await launchWindow({ userDataDir: freshData() })
  const exited = new Promise<number | null>((resolve) => window.app.process().once('exit', (code) => resolve(code)))
  window.app.process().kill('SIGTERM')
  assert.equal(await exited, 0)
})
