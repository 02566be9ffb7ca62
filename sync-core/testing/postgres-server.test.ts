import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import type { PostgresConnection } from '../domain/connection.ts'
import { runningServer } from './leftover-server.ts'
import { startPostgresServer } from './postgres-server.ts'
import { openSession } from './sql-session.ts'
import { waitFor } from './wait-for.ts'

const settings = { fsync: 'off' }
const folder = mkdtempSync(join(tmpdir(), 'rejot-kept-'))
// The server's user is another one when root runs the tests.
chmodSync(folder, 0o755)
after(() => rmSync(folder, { recursive: true, force: true }))

test('a server takes connections, writes logical WAL and is gone with its data after stop', async () => {
  const server = await startPostgresServer({ settings })
  assert.deepEqual(await ask(server.connectionFor('postgres'), 'show wal_level'), [{ wal_level: 'logical' }])
  assert.equal(runningServer(server.dataDir), server.pid)
  await server.stop()
  await server.stop()
  assert.equal(await server.exited, 0)
  assert.equal(existsSync(dirname(server.dataDir)), false)
})

test('a wrong password is refused', async () => {
  const server = await startPostgresServer({ settings })
  const wrong = { ...server.connectionFor('postgres'), password: 'wrong' }
  await assert.rejects(openSession(wrong), { code: '28P01' })
  await server.stop()
})

test('a killed server starts again on its port with its rows', async () => {
  const server = await startPostgresServer({ settings })
  const { port, pid } = server
  await ask(server.connectionFor('postgres'), 'create table kept as select 7 as id')
  server.kill('SIGKILL')
  assert.equal(await server.exited, 'SIGKILL')
  await server.start()
  assert.equal(server.port, port)
  assert.notEqual(server.pid, pid)
  assert.deepEqual(await ask(server.connectionFor('postgres'), 'select id from kept'), [{ id: 7 }])
  await server.restart('immediate')
  assert.deepEqual(await ask(server.connectionFor('postgres'), 'select id from kept'), [{ id: 7 }])
  await server.stop()
})

test('a server whose port is taken goes to another one', async () => {
  const squatter = createServer()
  const port = await new Promise<number>((resolve) => {
    squatter.listen(0, '127.0.0.1', () => {
      const address = squatter.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  const server = await startPostgresServer({ settings, port })
  assert.notEqual(server.port, port)
  await server.stop()
  squatter.close()
})

test("a server that does not start says the server's own words", async () => {
  await assert.rejects(startPostgresServer({ settings: { max_connections: 'many' } }), /max_connections.*"many"/)
})

test('kept data are found again, also after a crash and behind a stale lock file', async () => {
  const dataDir = join(folder, 'kept')
  const persistent = { dataDir, password: 'kept-for-tests' }
  const first = await startPostgresServer({ persistent, settings })
  await ask(first.connectionFor('postgres'), 'create table kept as select 7 as id')
  first.kill('SIGKILL')
  await first.exited
  // The worst lock file: its number belongs to a living process of somebody else, this one.
  writeFileSync(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n`)
  const second = await startPostgresServer({ persistent, settings })
  assert.deepEqual(await ask(second.connectionFor('postgres'), 'select id from kept'), [{ id: 7 }])
  await assert.rejects(startPostgresServer({ persistent, settings }), new RegExp(`process ${process.pid} uses it`))
  await second.stop()
  assert.equal(existsSync(dataDir), true)
})

test('a process killed by SIGKILL leaves neither server nor data behind', async () => {
  const parent = await startElsewhere({ settings })
  assert.notEqual(runningServer(parent.dataDir), undefined)
  parent.process.kill('SIGKILL')
  await waitFor(() => !existsSync(dirname(parent.dataDir)), { what: 'the data gone', timeoutMs: 30_000 })
  assert.equal(runningServer(parent.dataDir), undefined)
})

test('kept data of a process killed by SIGKILL can be used at once', async () => {
  const persistent = { dataDir: join(folder, 'orphaned'), password: 'kept-for-tests' }
  const parent = await startElsewhere({ persistent, settings })
  await assert.rejects(
    startPostgresServer({ persistent, settings }),
    new RegExp(`process ${parent.process.pid} uses it`),
  )
  parent.process.kill('SIGKILL')
  await new Promise((resolve) => parent.process.once('exit', resolve))
  const server = await startPostgresServer({ persistent, settings })
  assert.equal((await ask(server.connectionFor('postgres'), 'select 1 as one')).length, 1)
  await server.stop()
})

async function ask(connection: PostgresConnection, sql: string) {
  const session = await openSession(connection)
  try {
    return await session.query(sql)
  } finally {
    await session.close()
  }
}

/** Another process that starts a server and then only lives. */
async function startElsewhere(options: object): Promise<{ process: ChildProcess; dataDir: string }> {
  const program = `
    import { startPostgresServer } from ${JSON.stringify(new URL('./postgres-server.ts', import.meta.url).href)}
    const server = await startPostgresServer(${JSON.stringify(options)})
    console.log(server.dataDir)
    setInterval(() => undefined, 60_000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Elsewhere than all others, whose sweep would do what is to be seen here.
    env: { ...process.env, TMPDIR: folder, TEMP: folder },
  })
  const lines = createInterface({ input: child.stdout })
  const dataDir = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve)
    child.once('exit', (code) => reject(new Error(`Cannot start a server in another process: it ended with ${code}`)))
  })
  return { process: child, dataDir }
}
