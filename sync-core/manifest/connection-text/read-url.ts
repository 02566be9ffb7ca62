import { createReading, note, type Reading, take } from './connection-reading.ts'

/**
 * `postgres://user:password@host:port/database?sslmode=…`, also as JDBC, SQLAlchemy and Prisma write it. Not WHATWG's
 * URL, which refuses several hosts, and the `/`, `?` and `#` that people leave unescaped in passwords.
 */
export function readUrl(text: string): Reading {
  const reading = createReading()
  const address = text.replace(/^jdbc:/i, '')
  const scheme = (/^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1] ?? '').toLowerCase()
  if (!/^(?:postgres|postgresql|pgsql)(?:\+[a-z0-9]+)?$/.test(scheme)) {
    note(reading, `"${scheme}" is another kind of database: this version connects to PostgreSQL`)
    return reading
  }
  const parts = strictly(address) ?? leniently(address)
  if (parts === undefined) {
    note(reading, 'The URL was not understood')
    return reading
  }
  if (parts.odd) note(reading, 'User or password hold characters that a URL writes with %: see that they are right')
  const decode = (piece: string | undefined) => decoded(reading, piece ?? '')
  const { user, password } = credentials(parts.credentials)
  // What the query says of host, user and so on goes before what stands in front, as in libpq.
  for (const [name, value] of parameters(parts.query)) take(reading, aliases[name] ?? name, decode(value))
  const { host, port } = addressOf(parts.hosts)
  take(reading, 'host', decode(host))
  take(reading, 'port', port)
  take(reading, 'user', decode(user))
  take(reading, 'password', decode(password))
  take(reading, 'dbname', decode(parts.database))
  return reading
}

interface Parts {
  readonly credentials: string | undefined
  readonly hosts: string
  readonly database: string | undefined
  readonly query: string | undefined
  /** Read by guessing where the password ends. */
  readonly odd: boolean
}

const tail = String.raw`((?:\[[^\]]*\]|[^/?#@[\]])*)(?:/([^/?#@]*))?(?:\?([^#]*))?$`
const strict = new RegExp(`^[^:]+://(?:([^@/?#]*)@)?${tail}`)
const lenient = new RegExp(`^[^:]+://(?:(.*)@)${tail}`)

/** `undefined` where something is unescaped that ends a part: a `:` with no number behind it was no port then. */
function strictly(url: string): Parts | undefined {
  const [, user, hosts = '', database, query] = strict.exec(url) ?? [undefined, undefined, 'no:match']
  const isPlain = hosts.includes(',') || /^(?:\[[^\]]*\]|[^:]*)(?::\d*)?$/.test(hosts)
  return isPlain ? { credentials: user, hosts, database, query, odd: false } : undefined
}

/** The last `@` ends user and password, whatever they hold. */
function leniently(url: string): Parts | undefined {
  const found = lenient.exec(url)
  const [, user, hosts = '', database, query] = found ?? []
  return found === null ? undefined : { credentials: user, hosts, database, query, odd: true }
}

function credentials(text: string | undefined): { readonly user?: string; readonly password?: string } {
  if (text === undefined) return {}
  const colon = text.indexOf(':')
  return colon === -1 ? { user: text } : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

function addressOf(hosts: string): { readonly host: string; readonly port: string } {
  if (hosts.includes(',')) return { host: hosts, port: '' }
  const [, inBrackets, name = '', port = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(hosts) ?? []
  return { host: inBrackets ?? name, port }
}

function parameters(query: string | undefined): readonly (readonly [name: string, value: string])[] {
  return (query ?? '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
    })
}

/** JDBC's and others' names for what libpq has too. */
const aliases: Readonly<Record<string, string>> = {
  ssl: 'sslmode',
  username: 'user',
  database: 'dbname',
  db: 'dbname',
}

/** A stray `%` stands for itself. */
function decoded(reading: Reading, piece: string): string {
  try {
    return decodeURIComponent(piece)
  } catch {
    note(reading, 'The URL holds a % that stands for no character: see that the fields are right')
    return piece
  }
}
