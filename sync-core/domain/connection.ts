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
