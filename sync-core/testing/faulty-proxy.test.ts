import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts'
import { openSession } from './sql-session.ts'
import { waitFor } from './wait-for.ts'
import { withServers } from './with-servers.ts'

// Says back what it hears, and keeps its sockets so that a test sees what the server sees.
const accepted: Socket[] = []
const echo = createServer((socket) => {
  accepted.push(socket)
  socket.on('error', () => undefined)
  socket.pipe(socket)
})
const clients: Socket[] = []
const servers = withServers(['one'])
let proxy: FaultyProxy

before(async () => {
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
})
beforeEach(async () => {
  const address = echo.address()
  assert.ok(typeof address === 'object' && address !== null)
  accepted.length = 0
  clients.length = 0
  proxy = await startFaultyProxy({ host: '127.0.0.1', port: address.port })
})
afterEach(async () => {
  for (const socket of [...clients, ...accepted]) socket.destroy()
  await proxy.dispose()
})
after(() => echo.close())

test('an open proxy passes both ways, to Postgres too', async () => {
  const toPostgres = await startFaultyProxy(servers('one'))
  const session = await openSession({ ...servers('one').connectionFor('postgres'), port: toPostgres.port })
  assert.deepEqual(await session.query('select 7 as id'), [{ id: 7 }])
  assert.equal(toPostgres.connections, 1)
  toPostgres.cut()
  await waitFor(() => !session.isOpen, { what: 'the session cut' })
  await toPostgres.dispose()
})

test('a pause holds everything back and restore lets it flow', async () => {
  const client = await link()
  proxy.pause()
  client.write('held back')
  // A second connection is the signal: it gets through to nobody either, although it was accepted.
  const second = await link()
  second.write('held back too')
  assert.equal(client.bytesRead + second.bytesRead, 0)
  proxy.restore()
  assert.equal(await heard(client), 'held back')
  assert.equal(await heard(second), 'held back too')
})

test('a cut ends what is there and lets new ones through', async () => {
  const client = await link()
  proxy.cut()
  await closed(client)
  const second = await link()
  second.write('again')
  assert.equal(await heard(second), 'again')
})

test('refusing ends what is there and all that comes, until restore', async () => {
  const client = await link()
  proxy.refuse()
  await closed(client)
  await closed(await link())
  proxy.restore()
  const third = await link()
  third.write('again')
  assert.equal(await heard(third), 'again')
})

test('a half close reaches the client as an end, while the server still listens', async () => {
  const client = await link(true)
  client.write('one')
  assert.equal(await heard(client), 'one')
  const atServer = accepted[0]
  assert.ok(atServer)
  proxy.halfClose()
  client.resume()
  await once(client, 'end')
  client.write('two')
  await waitFor(() => atServer.bytesRead, { what: 'six bytes at the server', until: (bytes) => bytes === 6 })
})

test('in a black hole the server loses its connection and the client hears nothing, also after restore', async () => {
  const client = await link()
  client.write('one')
  assert.equal(await heard(client), 'one')
  const atServer = accepted[0]
  assert.ok(atServer)
  const gone = closed(atServer)
  proxy.blackhole()
  await gone
  client.write('two')
  const second = await link()
  proxy.restore()
  const third = await link()
  third.write('three')
  assert.equal(await heard(third), 'three')
  assert.equal(client.bytesRead, 3)
  assert.equal(client.readableEnded || client.destroyed, false)
  assert.equal(second.destroyed, false)
})

async function link(allowHalfOpen = false): Promise<Socket> {
  const socket = connect({ host: proxy.host, port: proxy.port, allowHalfOpen })
  clients.push(socket)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

async function heard(socket: Socket): Promise<string> {
  const [data] = await once(socket, 'data')
  socket.pause()
  return String(data)
}

async function closed(socket: Socket): Promise<void> {
  if (socket.closed) return
  const closing = once(socket, 'close')
  socket.resume()
  await closing
}
