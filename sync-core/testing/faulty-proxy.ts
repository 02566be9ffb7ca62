import { createServer, connect as openSocket, type Server, type Socket } from 'node:net'

/** A TCP proxy on 127.0.0.1 in front of a server, which fails when a test wants it to. */
export interface FaultyProxy {
  readonly host: '127.0.0.1'
  readonly port: number
  /** Connections that clients hold now. */
  readonly connections: number
  /** Nothing passes in either direction, nothing is lost; `restore` lets it flow again. */
  pause(): void
  /** Destroys the connections that there are; new ones get through. */
  cut(): void
  /** Destroys the connections that there are and each new one, until `restore`. */
  refuse(): void
  /** Tells clients that the server has nothing more to say (FIN), while they may still write. */
  halfClose(): void
  /** The server loses its connections, the clients hear nothing of it, and new ones are taken but never answered. Those stay dead after `restore`. */
  blackhole(): void
  /** As a firewall that has forgotten its connections: neither side of those there are hears of the other any more, new ones get through. */
  forget(): void
  restore(): void
  dispose(): Promise<void>
}

type Mode = 'open' | 'paused' | 'refusing' | 'blackhole'

interface Link {
  readonly client: Socket
  /** `undefined`: nobody answers this client any more. */
  server: Socket | undefined
}

/** Returns when it listens. */
export async function startFaultyProxy(target: { host: string; port: number }): Promise<FaultyProxy> {
  const links = new Set<Link>()
  /** Kept only to be ended with the proxy. */
  const forgotten = new Set<Link>()
  let mode: Mode = 'open'

  const accept = (client: Socket): void => {
    client.on('error', () => undefined)
    if (mode === 'refusing') {
      client.destroy()
      return
    }
    const link: Link = { client, server: undefined }
    links.add(link)
    client.on('close', () => {
      links.delete(link)
      link.server?.destroy()
    })
    if (mode === 'blackhole') return
    link.server = connectBehind(link, target)
    if (mode === 'open') join(link)
  }
  const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, accept)
  const port = await listen(listener)
  const destroyAll = (): void => {
    for (const link of links) link.client.destroy()
  }

  return {
    host: '127.0.0.1',
    port,
    get connections() {
      return links.size
    },
    pause() {
      mode = 'paused'
      links.forEach(part)
    },
    cut: destroyAll,
    refuse() {
      mode = 'refusing'
      destroyAll()
    },
    halfClose() {
      for (const link of links) {
        link.server?.unpipe(link.client)
        link.client.end()
      }
    },
    blackhole() {
      mode = 'blackhole'
      links.forEach(abandon)
    },
    forget() {
      mode = 'open'
      for (const link of links) {
        part(link)
        links.delete(link)
        forgotten.add(link)
      }
    },
    restore() {
      mode = 'open'
      links.forEach(join)
    },
    dispose() {
      destroyAll()
      for (const { client, server } of forgotten) {
        client.destroy()
        server?.destroy()
      }
      return new Promise((resolve) => listener.close(() => resolve()))
    },
  }
}

function connectBehind(link: Link, target: { host: string; port: number }): Socket {
  const server = openSocket({ ...target, allowHalfOpen: true, noDelay: true })
  server.on('error', () => undefined)
  server.on('close', () => {
    // An abandoned client is not to hear of it.
    if (link.server === server) link.client.destroy()
  })
  return server
}

function join(link: Link): void {
  if (link.server === undefined || link.client.writableEnded) return
  link.client.pipe(link.server)
  link.server.pipe(link.client)
}

function part(link: Link): void {
  if (link.server === undefined) return
  link.client.unpipe(link.server).pause()
  link.server.unpipe(link.client).pause()
}

function abandon(link: Link): void {
  const { server } = link
  if (server === undefined) return
  part(link)
  link.server = undefined
  server.destroy()
}

function listen(listener: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}
