import { parseEnv } from 'node:util'
import { createReading, note, type Reading, take, takeReading } from './connection-reading.ts'
import { readUrl } from './read-url.ts'

/** Lines of a `.env` file: a URL under any name, or libpq's, the Postgres image's and frameworks' variables. */
export function readEnvLines(text: string): Reading {
  const reading = createReading()
  readEnvironment(reading, parseEnv(text))
  return reading
}

/** The same of variables that are parsed already. */
export function readEnvironment(reading: Reading, variables: Readonly<Record<string, string | undefined>>): void {
  const all = Object.entries(variables).map(([name, value = '']) => [name, expanded(value, variables)] as const)
  const urls = all.filter(([, value]) => urlStart.test(value))
  const [first, ...others] = urls
  if (first !== undefined) {
    takeReading(reading, readUrl(first[1]))
  }
  if (others.length > 0) note(reading, `${first?.[0]} was read, not ${others.map(([name]) => name).join(', ')}`)
  for (const [name, value] of all) {
    const setting = settingOf(name)
    if (urls.some(([other]) => other === name)) continue
    if (setting === undefined) reading.leftOut.push(name)
    else take(reading, setting, value)
  }
}

const urlStart = /^(?:jdbc:)?(?:postgres|postgresql|pgsql|mysql|mariadb|sqlserver|mongodb)(?:\+\w+)?:\/\//i

/** `SHOP_DB_HOST`, `PGHOST`, `POSTGRES_DB`, `SPRING_DATASOURCE_USERNAME`: a family and what of it. */
const known =
  /^(?:.*_)?(?:PG|POSTGRES(?:QL)?|DB|DATABASE|DATASOURCE)_?(HOST(?:NAME)?|PORT|USER(?:NAME)?|PASSWORD|PASS|DB|NAME|DATABASE|SSLMODE|SSLROOTCERT|SSLCERT|SSLKEY)$/i

const settings: Readonly<Record<string, string>> = {
  HOST: 'host',
  HOSTNAME: 'host',
  PORT: 'port',
  USER: 'user',
  USERNAME: 'user',
  PASSWORD: 'password',
  PASS: 'password',
  DB: 'dbname',
  NAME: 'dbname',
  DATABASE: 'dbname',
  SSLMODE: 'sslmode',
  SSLROOTCERT: 'sslrootcert',
  SSLCERT: 'sslcert',
  SSLKEY: 'sslkey',
}

function settingOf(name: string): string | undefined {
  const part = known.exec(name)?.[1]
  return part === undefined ? undefined : settings[part.toUpperCase()]
}

/** `${NAME}` and `${NAME:-otherwise}` of the same text; what it does not say stays a placeholder. */
export function expanded(value: string, variables: Readonly<Record<string, string | undefined>>): string {
  return value.replaceAll(/\$\{(\w+)(?::?-([^}]*))?\}/g, (whole, name: string, otherwise: string | undefined) => {
    const own = Object.hasOwn(variables, name) ? variables[name] : undefined
    return own ?? otherwise ?? whole
  })
}
