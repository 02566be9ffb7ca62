import { load } from 'js-yaml'
import { createReading, note, type Reading, take } from './connection-reading.ts'
import { expanded, readEnvironment } from './read-env-lines.ts'

/** A compose file, its `services`, or one service of it: the first that runs Postgres, as this computer reaches it. */
export function readCompose(text: string): Reading {
  const reading = createReading()
  const file = parsed(text)
  if (file === undefined) {
    note(reading, 'This looks like a compose file, and is no YAML: paste it with its indentation')
    return reading
  }
  const servers = servicesOf(file).filter(([, service]) => isPostgres(service))
  const [first, ...others] = servers
  if (first === undefined) {
    note(reading, 'The compose file has no service with a Postgres image')
    return reading
  }
  const [name, service] = first
  if (others.length > 0) {
    note(reading, `The service "${name}" was read, not ${others.map(([other]) => `"${other}"`).join(', ')}`)
  }
  takePort(reading, service)
  takeEnvironment(reading, service)
  return reading
}

type Fields = Readonly<Record<string, unknown>>

function parsed(text: string): Fields | undefined {
  try {
    return fieldsOf(load(text))
  } catch {
    return undefined
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}

function servicesOf(file: Fields): readonly (readonly [name: string, service: Fields])[] {
  const services = fieldsOf(file.services) ?? (isService(file) ? { service: file } : file)
  return Object.entries(services).flatMap(([name, value]) => {
    const service = fieldsOf(value)
    return service === undefined ? [] : [[name, service] as const]
  })
}

const isService = (file: Fields): boolean => 'image' in file || 'environment' in file || 'ports' in file

function isPostgres(service: Fields): boolean {
  if (typeof service.image === 'string') return /postg|timescale|pgvector/i.test(service.image)
  return Object.keys(environmentOf(service)).some((name) => name.startsWith('POSTGRES_'))
}

/** As a map, or as a list of `NAME=value`. */
function environmentOf(service: Fields): Record<string, string> {
  const { environment } = service
  const pairs = Array.isArray(environment)
    ? environment.map((line) => String(line).split(/=(.*)/s))
    : Object.entries(fieldsOf(environment) ?? {})
  return Object.fromEntries(pairs.map(([name, value]) => [String(name), isScalar(value) ? String(value) : '']))
}

/** The image's own defaults where nothing is said: user postgres, a database of the user's name. */
function takeEnvironment(reading: Reading, service: Fields): void {
  const variables = Object.fromEntries(
    Object.entries(environmentOf(service)).map(([name, value]) => [name, expanded(value, {})]),
  )
  readEnvironment(reading, variables)
  if (Object.hasOwn(variables, 'POSTGRES_PASSWORD_FILE')) note(reading, 'The password stands in a file: enter it')
  if (service.env_file !== undefined) note(reading, 'The service has an env_file too: paste its lines as well')
  if (!mentions(variables, /USER/)) reading.fields.user ??= 'postgres'
  if (!mentions(variables, /_DB$|DATABASE/) && reading.fields.user !== undefined)
    reading.fields.database ??= reading.fields.user
}

const mentions = (variables: Fields, part: RegExp) => Object.keys(variables).some((name) => part.test(name))

function takePort(reading: Reading, service: Fields): void {
  const published = (Array.isArray(service.ports) ? service.ports : []).map(publishedPort)
  const port = published.find((each) => each !== undefined)
  if (port === undefined) {
    note(reading, 'The service publishes no fixed port for 5432: add one, or enter host and port')
    return
  }
  take(reading, 'host', port.host === '' || port.host === '0.0.0.0' ? 'localhost' : port.host)
  take(reading, 'port', port.port)
}

/** Of `5433:5432`, `127.0.0.1:5433:5432/tcp` or `{ target: 5432, published: 5433 }`; `undefined` for other ports. */
function publishedPort(entry: unknown): { readonly host: string; readonly port: string } | undefined {
  const fields = fieldsOf(entry)
  if (fields !== undefined) {
    if (String(fields.target) !== '5432' || !isScalar(fields.published)) return undefined
    return { host: isScalar(fields.host_ip) ? String(fields.host_ip) : '', port: String(fields.published) }
  }
  const [, host = '', port = ''] = /^(?:(.+):)?(\d+):5432(?:\/tcp)?$/.exec(expanded(String(entry), {})) ?? []
  return port === '' ? undefined : { host: host.replace(/^\[(.*)\]$/, '$1'), port }
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
