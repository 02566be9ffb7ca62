import type { ConnectionForm } from '../../main/contract/connection-edit.ts'
import type { ConnectionView, VerbOutput } from '../../main/contract/contract.ts'
import { type FormConnection, readForm } from '../../main/contract/read-form.ts'
import { isSameTarget, targetOf } from '../../sync-core/domain/connection.ts'

export const emptyForm: ConnectionForm = {
  slug: '',
  host: '',
  port: '',
  user: '',
  database: '',
  tls: 'address',
  ca: '',
  cert: '',
  key: '',
  use: 'both',
}

/** A saved connection as the form shows it. Pure. */
export function formOf(connection: ConnectionView): ConnectionForm {
  const { slug, host, port, user, database, ssl, environment, role, replication } = connection
  return {
    slug,
    host,
    port: String(port),
    user,
    database,
    tls: ssl?.mode ?? 'address',
    ca: ssl?.ca ?? '',
    cert: ssl?.cert ?? '',
    key: ssl?.key ?? '',
    ...(environment === undefined ? {} : { environment }),
    use: replication === undefined ? 'destination' : role === 'both' || role === 'unused' ? 'both' : 'source',
  }
}

/** The form with what a pasted text said, and how many fields that were. A name is proposed where there is none. Pure. */
export function withText(
  form: ConnectionForm,
  { fields }: VerbOutput<'connection.readText'>,
): { readonly form: ConnectionForm; readonly filled: number } {
  const filled = Object.values(fields).filter((value) => value !== undefined).length
  const next: ConnectionForm = {
    ...form,
    host: fields.host ?? form.host,
    port: fields.port === undefined ? form.port : String(fields.port),
    user: fields.user ?? form.user,
    database: fields.database ?? form.database,
    tls: fields.tlsMode ?? form.tls,
    ca: fields.ca ?? form.ca,
    cert: fields.cert ?? form.cert,
    key: fields.key ?? form.key,
  }
  const name = next.slug === '' ? proposedName(next.database) : next.slug
  return { form: { ...next, slug: name }, filled }
}

/** `billing` → `billing-db` */
function proposedName(database: string): string {
  const base = database
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  if (base === '') return ''
  return base.endsWith('-db') || base === 'db' ? base : `${base}-db`
}

/** Whether the password that is kept for a connection was for the place that the form says. Pure. */
export function leadsElsewhere(connection: ConnectionView | undefined, form: ConnectionForm): boolean {
  const read = readForm(form)
  if (connection === undefined || !read.ok) return false
  return !isSameTarget(targetOf(connection), targetOf({ engine: 'postgres', ...read.connection }))
}

/** What a check is told of the connection, its password apart. Pure. */
export function checked(connection: FormConnection) {
  const { ssl, environment, ...rest } = connection
  return {
    engine: 'postgres' as const,
    ...rest,
    ...(ssl === undefined ? {} : { ssl: { ...ssl } }),
    ...(environment === undefined ? {} : { environment }),
  }
}
