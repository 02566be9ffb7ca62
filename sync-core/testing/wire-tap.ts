import { createServer, connect as openSocket, type Socket } from 'node:net'

/** A message of the Postgres protocol, on its way. */
export interface WireMessage {
  readonly sender: 'client' | 'server'
  /** What the client calls itself: `ReJot projection`. */
  readonly application: string
  /** The protocol's letter: `Q` a query, `B` bind, `d` copied data, `C` a statement is complete, `D` a row. */
  readonly type: string
  readonly body: Buffer
}

/** What becomes of a message: it passes, it is the last thing that both sides hear of one another, or another body goes in its place. */
export type Fate = 'passes' | 'cut' | Buffer

/** A TCP proxy on 127.0.0.1 that knows where in the conversation with a server it is. */
export interface WireTap {
  readonly port: number
  dispose(): Promise<void>
}

/** Returns when it listens. `decide` is called for each message before it passes; without TLS only. */
export async function startWireTap(
  target: { readonly host: string; readonly port: number },
  decide: (message: WireMessage) => Fate,
): Promise<WireTap> {
  const sockets = new Set<Socket>()
  // Each message is written by itself: without this, small ones would wait for the answer to the one before (40 ms).
  const noDelay = true
  const listener = createServer({ noDelay }, (client) => {
    const server = openSocket({ ...target, noDelay })
    let application = ''
    const cut = (): void => {
      client.destroy()
      server.destroy()
    }
    const join = (sender: WireMessage['sender'], from: Socket, to: Socket): void => {
      const split = splitMessages(sender === 'client', (bytes, type, body) => {
        if (type === undefined) application = applicationOf(body)
        const fate = type === undefined ? 'passes' : decide({ sender, application, type, body })
        if (fate === 'cut') cut()
        else to.write(fate === 'passes' ? bytes : withBody(bytes, fate))
      })
      sockets.add(from)
      from.on('data', (chunk: Buffer) => split(chunk))
      from.on('end', () => to.end())
      from.on('error', cut)
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
    join('client', client, server)
    join('server', server, client)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    dispose() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => listener.close(() => resolve()))
    },
  }
}

/** Calls with each whole message: a letter (none in what a client says first), a length, and the body. */
function splitMessages(
  beginsBare: boolean,
  take: (bytes: Buffer, type: string | undefined, body: Buffer) => void,
): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  let bare = beginsBare
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const head = bare ? 0 : 1
      if (rest.length < head + 4) return
      const length = head + rest.readUInt32BE(head)
      if (rest.length < length) return
      const bytes = rest.subarray(0, length)
      rest = rest.subarray(length)
      const type = bare ? undefined : String.fromCharCode(bytes[0] ?? 0)
      bare = false
      take(bytes, type, bytes.subarray(head + 4))
    }
  }
}

function applicationOf(startup: Buffer): string {
  const words = startup.subarray(4).toString('utf8').split('\0')
  return words[words.indexOf('application_name') + 1] ?? ''
}

function withBody(bytes: Buffer, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head[0] = bytes[0] ?? 0
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
