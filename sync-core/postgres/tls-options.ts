import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type { PostgresConnection, TlsMode } from '../domain/connection.ts'

/**
 * libpq's meaning of the modes: `require` encrypts and believes anybody, `verify-ca` believes whoever the CA signed,
 * `verify-full` also compares the name. Nothing stated: plain on this machine, `verify-full` to any other.
 */
export function tlsOptions(connection: PostgresConnection): false | ConnectionOptions {
  const mode = connection.ssl?.mode ?? defaultMode(connection.host)
  if (mode === 'disable') return false
  const { ca, cert, key } = connection.ssl ?? {}
  return {
    ...(ca === undefined ? {} : { ca: readFileSync(ca, 'utf8') }),
    ...(cert === undefined ? {} : { cert: readFileSync(cert, 'utf8') }),
    ...(key === undefined ? {} : { key: readFileSync(key, 'utf8') }),
    rejectUnauthorized: mode !== 'require',
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  }
}

function defaultMode(host: string): TlsMode {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\./.test(host)
    ? 'disable'
    : 'verify-full'
}
