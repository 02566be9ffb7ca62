import { parseArgs } from 'node:util'
import { createReading, type Reading, take, takeReading } from './connection-reading.ts'
import { readEnvironment } from './read-env-lines.ts'
import { looksLikeKeyValues, readKeyValues } from './read-key-values.ts'
import { readUrl } from './read-url.ts'
import { shellWords } from './shell-words.ts'

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

/** Those that say where to connect, and those that take a value, which would otherwise pass for a database. */
const options = {
  host: { ...text, short: 'h' },
  port: { ...text, short: 'p' },
  username: { ...text, short: 'U' },
  dbname: { ...text, short: 'd' },
  password: { ...flag, short: 'W' },
  'no-password': { ...flag, short: 'w' },
  command: { ...text, short: 'c' },
  file: { ...text, short: 'f' },
  output: { ...text, short: 'o' },
  set: { ...text, short: 'v' },
  pset: { ...text, short: 'P' },
  'log-file': { ...text, short: 'L' },
  'field-separator': { ...text, short: 'F' },
  'record-separator': { ...text, short: 'R' },
  'table-attr': { ...text, short: 'T' },
} as const

/** `PGPASSWORD=… psql -h db -p 5432 -U me shop`, also behind `docker exec`, with a URL or key=value text as the database. */
export function readPsqlLine(line: string): Reading {
  const reading = createReading()
  const words = shellWords(line.replace(/^\s*\$\s+/, ''))
  const at = words.findIndex((word) => commandName.test(word))
  const { values, positionals } = parseArgs({
    args: words.slice(at + 1),
    options,
    strict: false,
    allowPositionals: true,
  })
  const database = typeof values.dbname === 'string' ? values.dbname : positionals[0]
  if (database !== undefined) takeDatabase(reading, database)
  takeOption(reading, 'host', values.host)
  takeOption(reading, 'port', values.port)
  takeOption(reading, 'user', values.username ?? (values.dbname === undefined ? positionals[1] : positionals[0]))
  readEnvironment(reading, assignments(words.slice(0, at)))
  return reading
}

export function looksLikePsql(line: string): boolean {
  return shellWords(line).some((word) => commandName.test(word))
}

const commandName = /^(?:.*[/\\])?(?:psql|pg_dump|pg_isready|pgcli)(?:\.exe)?$/

function takeOption(reading: Reading, name: string, value: unknown): void {
  if (typeof value === 'string') take(reading, name, value)
}

function takeDatabase(reading: Reading, database: string): void {
  const inner = database.includes('://')
    ? readUrl(database)
    : looksLikeKeyValues(database)
      ? readKeyValues(database)
      : undefined
  if (inner === undefined) take(reading, 'dbname', database)
  else takeReading(reading, inner)
}

function assignments(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.flatMap((word) => {
      const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word) ?? []
      return name === undefined || value === undefined ? [] : [[name, value]]
    }),
  )
}
