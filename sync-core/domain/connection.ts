/** `undefined`: plain on loopback and sockets, `verify-full` otherwise. */
export type TlsMode = 'disable' | 'require' | 'verify-ca' | 'verify-full'

export type Environment = 'development' | 'staging' | 'production'

/** Where a database is and who one is there. `password` is the secret itself: never printed, never stored in a file by us. */
export interface PostgresConnection {
  readonly engine: 'postgres'
  readonly slug: string
  readonly manifest: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  readonly password: string | undefined
  readonly ssl?:
    | {
        readonly mode: TlsMode
        readonly ca?: string | undefined
        readonly cert?: string | undefined
        readonly key?: string | undefined
      }
    | undefined
  readonly environment?: Environment | undefined
  /** What its slot may hold of the server's WAL before that is said; the engine's own limit when absent. */
  readonly walLimitBytes?: number | undefined
}

export type Connection = PostgresConnection

/**
 * Where a password may be sent: who asks for it, and how one knows that it is them. A password that is kept belongs to
 * one such place; where a file changes any of it, that is another place.
 */
export interface ConnectionTarget {
  readonly engine: 'postgres'
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  /** As stated; `undefined`: by the address. */
  readonly tlsMode?: TlsMode | undefined
  /** Absolute path: whoever chooses the authority chooses the server. */
  readonly ca?: string | undefined
}

/** A password that is kept for one connection of one manifest, with the only place that it is for. */
export interface BoundPassword {
  /** Absolute path: another manifest that names the same server has not been given it. */
  readonly manifest: string
  readonly slug: string
  readonly target: ConnectionTarget
  readonly password: string
}

export function targetOf(
  connection: Pick<Connection, 'engine' | 'host' | 'port' | 'user' | 'database' | 'ssl'>,
): ConnectionTarget {
  const { engine, host, port, user, database, ssl } = connection
  return { engine, host, port, user, database, tlsMode: ssl?.mode, ca: ssl?.ca }
}

export function isSameTarget(a: ConnectionTarget, b: ConnectionTarget): boolean {
  const parts = ['engine', 'host', 'port', 'user', 'database', 'tlsMode', 'ca'] as const
  return parts.every((part) => a[part] === b[part])
}

/** The names that Postgres keeps for a source: of the manifest too, because slots belong to the whole server. */
export function replicationNames(
  manifest: string,
  slug: string,
): { readonly slotName: string; readonly publicationName: string } {
  const name = `rejot_${manifest}_${slug}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')
  return { slotName: name.slice(0, 63), publicationName: name.slice(0, 63) }
}
