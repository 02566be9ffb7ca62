import type { Environment, PostgresConnection } from '../../sync-core/domain/connection.ts'
import type { ConnectionForm } from './connection-edit.ts'

/** What a form says, once nothing is wrong with it. */
export interface FormConnection {
  readonly slug: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  readonly ssl: NonNullable<PostgresConnection['ssl']> | undefined
  readonly environment: Environment | undefined
}

export type FormField = 'slug' | 'host' | 'port' | 'user' | 'database' | 'ca' | 'cert' | 'key'
export type FormErrors = Readonly<Partial<Record<FormField, string>>>

export type ReadForm =
  | { readonly ok: true; readonly connection: FormConnection }
  | { readonly ok: false; readonly errors: FormErrors }

/** Reads a form as the manifest will, so that the window can say at the field what a file would be refused for. Pure. */
export function readForm(form: ConnectionForm): ReadForm {
  const { tls, environment } = form
  const slug = form.slug.trim()
  const host = form.host.trim()
  const port = Number(form.port.trim() === '' ? '5432' : form.port)
  const user = form.user.trim()
  const database = form.database.trim()
  const files = { ca: form.ca.trim(), cert: form.cert.trim(), key: form.key.trim() }
  const found: Readonly<Record<FormField, string | undefined>> = {
    slug: faultOfSlug(slug),
    host: faultOfHost(host),
    port: Number.isInteger(port) && port >= 1 && port <= 65_535 ? undefined : 'A number from 1 to 65535',
    user: faultOfName(user, 'The role that connects'),
    database: faultOfName(database, 'The name of the database'),
    ca: tls === 'verify-ca' && files.ca === '' ? 'verify-ca needs the certificate of the authority' : undefined,
    cert: files.cert === '' && files.key !== '' ? 'The certificate that the key is for' : undefined,
    key: files.key === '' && files.cert !== '' ? 'The key of the certificate' : undefined,
  }
  const errors = Object.fromEntries(Object.entries(found).filter(([, fault]) => fault !== undefined))
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  const ssl = tls === 'address' ? undefined : { mode: tls, ...(tls === 'disable' ? {} : named(files)) }
  return { ok: true, connection: { slug, host, port, user, database, ssl, environment } }
}

function faultOfSlug(slug: string): string | undefined {
  if (slug === '') return 'What schemas will call it'
  if (slug.length > 100) return 'At most 100 characters'
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(slug) ? undefined : 'Letters, digits, - . and _ only'
}

/** Several hosts would lead the connections of one source to different servers. */
function faultOfHost(host: string): string | undefined {
  if (host === '') return 'Where the server is'
  if (host.includes(',')) return 'One host only: the primary'
  if (host.includes('://')) return 'The name of the host alone; paste a URL above'
  return /\s/.test(host) ? 'A host has no blanks' : undefined
}

function faultOfName(name: string, missing: string): string | undefined {
  if (name === '') return missing
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(name) || !name.isWellFormed()) return 'It holds a control character'
  return name.length > 255 ? 'At most 255 characters' : undefined
}

function named(files: Readonly<Record<'ca' | 'cert' | 'key', string>>): Partial<Record<'ca' | 'cert' | 'key', string>> {
  return Object.fromEntries(Object.entries(files).filter(([, path]) => path !== ''))
}
