import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { EngineStatus } from '../sync-core/domain/status.ts'
import { waitFor } from '../sync-core/testing/wait-for.ts'
import type { AppState } from './contract/contract.ts'
import type { CoreToWindow } from './contract/stream.ts'
import { resetSample } from './sample/reset-sample.ts'
import { type LaunchedWindow, launchWindow } from './testing/launch-window.ts'
import { descendantsOf, type ListedProcess, listProcesses } from './testing/list-processes.ts'

let launched: LaunchedWindow
const userDataDir = mkdtempSync(join(tmpdir(), 'rejot-sample-window-'))

before(async () => {
  launched = await launchWindow({ userDataDir, args: ['--sample'] })
  await keepStatus()
})

after(async () => {
  await launched.quit()
  // For root the databases are not in that folder.
  await resetSample(join(userDataDir, 'sample'))
  rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5 })
})

test('the sample is live', async () => {
  const { workspace, engine, sample } = await whenState(
    'the running sample',
    ({ engine, opening }) => engine.state === 'running' && opening === undefined,
  )
  assert.equal(workspace?.summary.sample, true)
  assert.deepEqual(workspace?.problems, [])
  assert.equal(sample.state, 'running')
  assert.equal(typeof engine.pid, 'number')
  const status = await whenStatus(
    'applied rows',
    ({ consumers: [consumer] }) => consumer?.state === 'streaming' && consumer.rowsApplied > 0,
  )
  assert.equal(status.consumers.length, 1)
})

test('stored events are read in pages, one by one and by time', async () => {
  const page = await invoke('events.page', { filter: {}, limit: 3 })
  assert.equal(page.value.rows.length, 3)
  const [newest] = page.value.rows
  const detail = await invoke('events.detail', { offset: newest.offset })
  assert.equal(detail.value.key, newest.key)
  const request = { filter: {}, from: newest.receivedAt - 60_000, to: newest.receivedAt + 1, buckets: 10 }
  const histogram = await invoke('events.histogram', request)
  assert.equal(histogram.value.counts.length, 10)
  assert.ok(histogram.value.counts.at(-1) > 0)
})

test('new events come by themselves, and a page that is loaded again gets a stream of its own', async () => {
  await launched.page.reload()
  const rows = await launched.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        Reflect.get(globalThis, 'rejot').onStream((port: MessagePort) => {
          port.onmessage = ({ data }: MessageEvent<CoreToWindow>) => {
            if (data.type === 'tail') resolve(data.rows.length)
          }
          port.postMessage({ type: 'tail', on: true })
        })
      }),
  )
  assert.ok(rows > 0)
  await keepStatus()
})

test('the engine’s process is killed: it comes back by itself and goes on where it was', async () => {
  const before = await whenState('the running engine', ({ engine }) => engine.state === 'running')
  const [newest] = (await invoke('events.page', { filter: {}, limit: 1 })).value.rows
  assert.ok(before.engine.pid)
  process.kill(before.engine.pid, 'SIGKILL')
  const broken = await whenState('the wait for a restart', ({ engine }) => engine.state === 'restarting')
  assert.match(broken.engine.message ?? '', /ended unexpectedly/)
  const again = await whenState(
    'another process',
    ({ engine }) => engine.state === 'running' && engine.pid !== before.engine.pid,
  )
  assert.equal(again.sample.state, 'running')
  const status = await whenStatus(
    'a later event at the destination',
    ({ consumers: [consumer] }) => consumer?.state === 'streaming' && consumer.offset > newest.offset,
  )
  assert.equal(status.consumers[0]?.deadLetters, 0)
})

test('the consumer is paused and goes on; the writer too', async () => {
  const id = (await whenState('the workspace', ({ workspace }) => workspace !== undefined)).workspace?.consumers[0]?.id
  assert.equal((await invoke('consumer.pause', { id })).ok, true)
  await whenStatus('the paused consumer', ({ consumers: [consumer] }) => consumer?.state === 'paused')
  assert.equal((await invoke('consumer.resume', { id })).ok, true)
  await whenStatus('the streaming consumer', ({ consumers: [consumer] }) => consumer?.state === 'streaming')
  assert.equal((await invoke('consumer.pause', { id: 'nobody' })).ok, false)

  assert.equal((await invoke('sample.pauseWriter')).ok, true)
  await whenState('the paused writer', ({ sample }) => sample.writer === 'paused')
  assert.equal((await invoke('sample.resumeWriter')).ok, true)
  await whenState('the running writer', ({ sample }) => sample.writer === 'running')
})

test('a saved connection is checked step by step, also after the process for that was killed', async () => {
  const { workspace } = await whenState('the workspace', ({ workspace }) => workspace !== undefined)
  const [source] = workspace?.connections ?? []
  assert.ok(source)
  const { id, host, port, user, database } = source
  const connection = { engine: 'postgres', slug: 'accounts', host, port, user, database }
  const check = (checkId: string, more: object) =>
    invoke('connection.check', { checkId, purpose: 'source', saved: id, connection: { ...connection, ...more } })
  const stored = { password: { from: 'stored', connection: id } }
  await launched.page.evaluate(() => {
    Reflect.set(globalThis, 'steps', [])
    Reflect.get(globalThis, 'rejot').on('connection.step', (step: unknown) =>
      Reflect.get(globalThis, 'steps').push(step),
    )
  })
  const before = descendantsOf(launched.pid)
  const { steps } = (await check('first', stored)).value
  const failed = steps.filter(({ state }: { state: string }) => state === 'failed')
  assert.deepEqual(failed, [])
  const heard = await launched.page.evaluate(() => Reflect.get(globalThis, 'steps'))
  assert.deepEqual(heard.at(-1), { checkId: 'first', step: steps.at(-1) })
  const elsewhere = await check('elsewhere', { ...stored, database: 'postgres' })
  assert.match(elsewhere.failure.message, /stored for another host, port, database, user or TLS setting/)

  // Its name stands nowhere in the list of processes: it is the one that the first check has started.
  const started = descendantsOf(launched.pid).filter(
    ({ pid, command }) => command.includes('NodeService') && !before.some((one) => one.pid === pid),
  )
  assert.equal(started.length, 1)
  process.kill(started[0]?.pid ?? -1, 'SIGKILL')
  await waitFor(() => runningOf(started), { what: 'its end', until: (running) => running.length === 0 })
  assert.equal((await invoke('connection.recheck', { checkId: 'first', step: 'select' })).ok, false)
  assert.equal((await check('again', stored)).value.steps.at(-1).id, steps.at(-1).id)
})

test('what an editor asks is answered by the sample’s own database', async () => {
  const { connections, publicSchemas } = (await invoke('app.state', undefined)).value.workspace
  const source = connections.find(({ role }: { role: string }) => role !== 'destination').id
  const found = await invoke('catalogue.search', { connection: source, search: 'account', offset: 0, limit: 10 })
  assert.ok(found.value.total > 0)
  const [{ transformations }] = publicSchemas
  const draft = { name: 'draft', transformations }
  const described = await invoke('publicSchema.describe', { connection: source, question: 'q', draft })
  assert.ok(described.value.columns.length > 1)
  const [transformation] = transformations
  const rows = { by: 'first', count: 3 }
  const preview = await invoke('publicSchema.preview', { connection: source, question: 'q', transformation, rows })
  assert.deepEqual([preview.value.diagnostics, preview.value.rows.length], [[], 3])
})

test('a stopped engine still shows what it stored, and starts again', async () => {
  assert.equal((await invoke('engine.stop')).ok, true)
  assert.equal((await invoke('app.state')).value.engine.state, 'idle')
  assert.equal((await invoke('events.page', { filter: {}, limit: 1 })).value.rows.length, 1)
  assert.equal((await invoke('consumer.pause', { id: 'x' })).ok, false)
  assert.equal((await invoke('engine.start')).ok, true)
  await whenState('the running engine', ({ engine }) => engine.state === 'running')
})

test('a reset makes databases and event store anew', async () => {
  const [old] = (await invoke('events.page', { filter: {}, limit: 1 })).value.rows
  assert.equal((await invoke('workspace.resetSample')).ok, true)
  await whenStatus(
    'rows that the new engine has applied',
    ({ startedAt, consumers: [consumer] }) => startedAt > old.receivedAt && (consumer?.rowsApplied ?? 0) > 0,
  )
  const [first] = (await invoke('events.page', { filter: {}, before: 2, limit: 1 })).value.rows
  assert.ok(first.receivedAt > old.receivedAt)
})

test('no password reaches the window or the log', async () => {
  const { workspace } = await whenState('the workspace', ({ workspace }) => workspace !== undefined)
  assert.deepEqual(
    workspace?.connections.map(({ hasPassword, role }) => [hasPassword, role]),
    [
      [true, 'source'],
      [true, 'destination'],
    ],
  )
  const shown = JSON.stringify(await invoke('app.state'))
  const secrets = Object.values(JSON.parse(readFileSync(join(userDataDir, 'sample', 'secrets.json'), 'utf8')))
  assert.ok(secrets.length > 0)
  for (const secret of secrets) assert.equal(shown.includes(String(secret)), false)
  const log = readFileSync(join(userDataDir, 'logs', 'rejot.log'), 'utf8')
  for (const secret of secrets) assert.equal(log.includes(String(secret)), false)
})

test('quitting stops everything and leaves no process behind', async () => {
  const family = descendantsOf(launched.pid)
  assert.ok(family.some(({ command }) => command.includes('postgres')))
  assert.equal(await launched.quit(), 0)
  // The last ones are signalled as main ends, and take a moment to go.
  const left = () => runningOf(family)
  await waitFor(left, { what: 'the end of every process', until: (processes) => processes.length === 0 })
})

function invoke(verb: string, input?: unknown) {
  return launched.page.evaluate(([asked, given]) => Reflect.get(globalThis, 'rejot').invoke(asked, given), [
    verb,
    input,
  ] as const)
}

function whenState(what: string, until: (state: AppState) => boolean): Promise<AppState> {
  return waitFor(async (): Promise<AppState> => (await invoke('app.state')).value, { what, until, timeoutMs: 30_000 })
}

/** Keeps the latest status that the engine sends to the page, also after it has got another process. */
function keepStatus(): Promise<void> {
  return launched.page.evaluate(() => {
    Reflect.get(globalThis, 'rejot').onStream((port: MessagePort) => {
      port.onmessage = ({ data }: MessageEvent<CoreToWindow>) => {
        if (data.type === 'status') Reflect.set(globalThis, 'latestStatus', data.status)
      }
    })
  })
}

function whenStatus(what: string, until: (status: EngineStatus) => boolean): Promise<EngineStatus> {
  return waitFor((): Promise<EngineStatus> => launched.page.evaluate(() => Reflect.get(globalThis, 'latestStatus')), {
    what,
    until,
    timeoutMs: 30_000,
  })
}

function runningOf(family: readonly ListedProcess[]): readonly ListedProcess[] {
  const running = new Set(listProcesses().map(({ pid }) => pid))
  return family.filter(({ pid }) => running.has(pid))
}
