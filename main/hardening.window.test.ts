import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type LaunchedWindow, launchWindow } from './testing/launch-window.ts'

let launched: LaunchedWindow
let server: Server
let origin: string
let requests = 0
const userDataDir = mkdtempSync(join(tmpdir(), 'rejot-hardening-'))

before(async () => {
  launched = await launchWindow({ userDataDir })
  server = createServer((_request, response) => {
    requests += 1
    response.end('reached')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

after(async () => {
  await launched.quit()
  server.close()
  rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5 })
})

test('the page comes from its own scheme and has a heading', async () => {
  assert.equal(launched.page.url(), 'app://rejot/')
  await launched.page.locator('h1').first().waitFor()
})

test('the page reaches the bridge and nothing of Node or Electron', async () => {
  const reach = await launched.page.evaluate(() => ({
    bridge: Object.keys(Reflect.get(globalThis, 'rejot')).sort(),
    frozen: Object.isFrozen(Reflect.get(globalThis, 'rejot')),
    foreign: ['require', 'process', 'module', 'Buffer', 'global', 'electron', '__dirname'].filter((name) =>
      Reflect.has(globalThis, name),
    ),
  }))
  assert.deepEqual(reach, { bridge: ['invoke', 'on', 'onStream', 'platform'], frozen: true, foreign: [] })
})

test('the window is sandboxed, isolated and without Node', async () => {
  const preferences = await launched.app.evaluate(({ BrowserWindow, session }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    // Not in Electron's types, but what its own tests use.
    const all: unknown = Reflect.apply(Reflect.get(Object(contents), 'getLastWebPreferences'), contents, [])
    const names = ['sandbox', 'contextIsolation', 'nodeIntegration', 'webSecurity', 'webviewTag']
    const known = Object.fromEntries(names.map((name) => [name, Reflect.get(Object(all), name)]))
    return { ...known, spellcheck: session.defaultSession.isSpellCheckerEnabled() }
  })
  assert.deepEqual(preferences, {
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
    spellcheck: false,
  })
})

test('every answer carries the content security policy and forbids guessing of types', async () => {
  const headers = await launched.page.evaluate(async () => {
    const found = await fetch('/')
    const missing = await fetch('/nothing.js')
    return [found, missing].map((response) => [
      response.status,
      response.headers.get('content-security-policy'),
      response.headers.get('x-content-type-options'),
    ])
  })
  for (const [, policy, guessing] of headers) {
    assert.match(String(policy), /^default-src 'none'; script-src 'self';/)
    assert.match(String(policy), /require-trusted-types-for 'script'/)
    assert.doesNotMatch(String(policy), /unsafe-eval|script-src[^;]*unsafe-inline|https?:/)
    assert.equal(guessing, 'nosniff')
  }
  assert.deepEqual(
    headers.map(([status]) => status),
    [200, 404],
  )
})

test('text is not run as code', async () => {
  const outcomes = await launched.page.evaluate(() => {
    const attempt = (work: () => unknown) => {
      try {
        work()
        return 'ran'
      } catch {
        return 'refused'
      }
    }
    // Through the page's own objects: the test driver's way in is not the page's.
    return [
      attempt(() => {
        document.body.innerHTML = '<img src=x onerror=1>'
      }),
      attempt(() => new Worker('data:text/javascript,1')),
    ]
  })
  assert.deepEqual(outcomes, ['refused', 'refused'])
})

test('nothing is fetched from anywhere else, by the page or behind it', async () => {
  const outcomes = await launched.page.evaluate(async (url) => {
    const targets = [url, 'https://example.org/', 'file:///etc/hosts', 'app://other/']
    const fetched = await Promise.all(
      targets.map((target) =>
        fetch(target).then(
          () => 'loaded',
          () => 'failed',
        ),
      ),
    )
    const picture = await new Promise((resolve) => {
      const image = new Image()
      image.onload = () => resolve('loaded')
      image.onerror = () => resolve('failed')
      image.src = `${url}/picture.png`
    })
    return [...fetched, picture]
  }, origin)
  assert.deepEqual(outcomes, ['failed', 'failed', 'failed', 'failed', 'failed'])

  const behind = await launched.app.evaluate(
    async ({ session }, url) => ({
      filtered: await session.defaultSession.fetch(url).then(() => 'loaded', String),
      resolved: await session.defaultSession.resolveHost('localhost').then(() => 'resolved', String),
    }),
    origin,
  )
  assert.match(behind.filtered, /ERR_BLOCKED_BY_CLIENT/)
  assert.match(behind.resolved, /ERR_NAME_NOT_RESOLVED/)
  assert.equal(requests, 0)
})

test('the page stays where it is, but for loading itself again', async () => {
  for (const target of [origin, 'https://example.org/', 'app://rejot/other.html', 'app://other/']) {
    await launched.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      const denied = new Promise((resolve) =>
        contents?.once('will-frame-navigate', (event) => resolve(event.defaultPrevented)),
      )
      Reflect.set(globalThis, 'navigationDenied', denied)
    })
    // From behind, so that the test driver does not wait for a navigation that never comes.
    await launched.app.evaluate(({ BrowserWindow }, url) => {
      const script = `setTimeout(() => window.location.assign(${JSON.stringify(url)}))`
      return BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(script)
    }, target)
    assert.equal(await launched.app.evaluate(() => Reflect.get(globalThis, 'navigationDenied')), true, target)
    assert.equal(launched.page.url(), 'app://rejot/')
  }
  await launched.page.reload()
  await launched.page.locator('h1').first().waitFor()
})

test('no second window opens and no permission is given', async () => {
  const outcome = await launched.page.evaluate(async () => ({
    opened: window.open('app://rejot/') === null ? 'denied' : 'opened',
    camera: await navigator.permissions.query({ name: 'camera' }).then(({ state }) => state),
    notifications: await Notification.requestPermission(),
  }))
  assert.deepEqual(outcome, { opened: 'denied', camera: 'denied', notifications: 'denied' })
  assert.equal(await launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length), 1)
})

test('an unknown verb and input that was not agreed are refused in words', async () => {
  const answers = await launched.page.evaluate(async () => {
    const { invoke } = Reflect.get(globalThis, 'rejot')
    return [
      await invoke('shell.run', 'ls'),
      await invoke('constructor', undefined),
      await invoke('workspace.open', { path: 7 }),
      await invoke('workspace.open', { path: 'relative' }),
      await invoke('workspace.reveal', { path: '/etc/passwd' }),
      await invoke('engine.start', undefined),
    ]
  })
  for (const answer of answers) {
    assert.equal(answer.ok, false)
    assert.match(answer.failure.message, /^Cannot /)
  }
})

test('a known verb is answered', async () => {
  const answer = await launched.page.evaluate(() => Reflect.get(globalThis, 'rejot').invoke('app.info', undefined))
  assert.equal(answer.ok, true)
  assert.equal(answer.value.platform, process.platform)
})
