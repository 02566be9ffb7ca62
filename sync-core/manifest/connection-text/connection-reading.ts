import type { TlsMode } from '../../domain/connection.ts'

/** What a text says about a connection. The password is the secret itself. */
export interface ConnectionFields {
  readonly host?: string
  readonly port?: number
  readonly user?: string
  readonly database?: string
  readonly password?: string
  readonly tlsMode?: TlsMode
  /** Paths as written. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** Fields while they are gathered, and sentences about what was not taken. No sentence holds a value: it may be a secret. */
export interface Reading {
  readonly fields: { -readonly [F in keyof ConnectionFields]: ConnectionFields[F] }
  readonly notes: string[]
  /** Names of settings that mean nothing here. */
  readonly leftOut: string[]
}

export const createReading = (): Reading => ({ fields: {}, notes: [], leftOut: [] })

/** Takes a setting by libpq's name for it. Empty values say nothing; the first value of a field counts. */
export function take(reading: Reading, name: string, value: string): void {
  const text = value.trim()
  if (text === '') return
  if (isPlaceholder(text)) {
    note(reading, `The ${words[name] ?? name} is a placeholder: fill it in`)
    return
  }
  const taker = Object.hasOwn(takers, name) ? takers[name] : undefined
  if (taker !== undefined) taker(reading, text, value)
  else if (!reading.leftOut.includes(name)) reading.leftOut.push(name)
}

export function note(reading: Reading, sentence: string): void {
  if (!reading.notes.includes(sentence)) reading.notes.push(sentence)
}

/** All that an inner text said, a URL in a psql line for instance. */
export function takeReading(reading: Reading, inner: Reading): void {
  Object.assign(reading.fields, inner.fields)
  for (const sentence of inner.notes) note(reading, sentence)
  reading.leftOut.push(...inner.leftOut)
}

const words: Readonly<Record<string, string>> = { dbname: 'database', sslmode: 'TLS mode' }

type Taker = (reading: Reading, text: string, untrimmed: string) => void

const takers: Readonly<Record<string, Taker>> = {
  host: takeHost,
  hostaddr: takeHost,
  port: takePort,
  user: ({ fields }, text) => {
    fields.user ??= text
  },
  // Blanks may belong to it.
  password: ({ fields }, _, untrimmed) => {
    fields.password ??= untrimmed
  },
  dbname: ({ fields }, text) => {
    fields.database ??= text
  },
  sslmode: takeTlsMode,
  // `system` is libpq's word for the certificates of the system, which are trusted anyway.
  sslrootcert: ({ fields }, text) => {
    if (text !== 'system') fields.ca ??= text
  },
  sslcert: ({ fields }, text) => {
    fields.cert ??= text
  },
  sslkey: ({ fields }, text) => {
    fields.key ??= text
  },
}

/** Several hosts, or several ports, would lead the connections of one source to different servers. */
function takeHost(reading: Reading, text: string): void {
  if (text.includes(',')) note(reading, 'It names several hosts: enter the one that is the primary')
  else if (/[\s"'@]/.test(text)) note(reading, 'The host was not understood: enter its name alone')
  else reading.fields.host ??= text
}

function takePort(reading: Reading, text: string): void {
  const port = Number(text)
  if (text.includes(',')) note(reading, 'It names several hosts: enter the one that is the primary')
  else if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) reading.fields.port ??= port
  else note(reading, 'The port is no number from 1 to 65535')
}

/** Words of libpq, JDBC and node-postgres. */
const tlsModes: Readonly<Record<string, TlsMode>> = {
  disable: 'disable',
  false: 'disable',
  '0': 'disable',
  require: 'require',
  'no-verify': 'require',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
  true: 'verify-full',
  '1': 'verify-full',
}

function takeTlsMode(reading: Reading, written: string): void {
  const text = written.toLowerCase()
  const mode = Object.hasOwn(tlsModes, text) ? tlsModes[text] : undefined
  if (mode !== undefined) reading.fields.tlsMode ??= mode
  else if (text === 'prefer' || text === 'allow')
    note(reading, `sslmode=${text} falls back to an unencrypted connection: choose a TLS mode`)
  else note(reading, 'The TLS mode was not understood: choose one')
}

/** `<password>`, `[YOUR-PASSWORD]`, `${PASSWORD}`, `{{password}}`: what templates have where a value belongs. */
function isPlaceholder(text: string): boolean {
  return /^(?:<[^<>]+>|\[your-[^\]]+\]|\$\{[^}]*\}|\$[A-Z_]+|\{\{[^}]*\}\})$/i.test(text)
}
