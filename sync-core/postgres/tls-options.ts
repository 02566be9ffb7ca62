import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type { PostgresConnection, TlsMode } from '../domain/connection.ts'
import { FailureError } from '../domain/failure.ts'

/**
 * libpq's meaning of the modes: `require` encrypts and believes anybody, unless a CA is given, `verify-ca` believes
 * whoever the CA signed, `verify-full` also compares the name. Nothing stated: plain on this machine, `verify-full` to
 * any other. Throws a FailureError when a file cannot be read.
 */
export function tlsOptions(connection: PostgresConnection): false | ConnectionOptions {
  const mode = tlsModeOf(connection)
  if (mode === 'disable') return false
  const { ca, cert, key } = connection.ssl ?? {}
  const read = (path: string): string => readTlsFile(path, connection.slug)
  return {
    ...(ca === undefined ? {} : { ca: read(ca) }),
    ...(cert === undefined ? {} : { cert: read(cert) }),
    ...(key === undefined ? {} : { key: read(key) }),
    rejectUnauthorized: mode !== 'require',
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  }
}

/** The mode that is meant, where none is stated and where `require` has a CA. */
export function tlsModeOf({ host, ssl }: PostgresConnection): TlsMode {
  const stated = ssl?.mode ?? (isOwnComputer(host) ? 'disable' : 'verify-full')
  return stated === 'require' && ssl?.ca !== undefined ? 'verify-ca' : stated
}

/** Loopback addresses and sockets. */
export function isOwnComputer(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\./.test(host)
}

function readTlsFile(path: string, object: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new FailureError(
      {
        kind: 'manifest',
        policy: 'halt',
        object,
        message: `Cannot encrypt the connection to ${object}: the file ${path} cannot be read`,
        solution: 'Correct the path in rejot-desktop.json, or put the file there.',
      },
      error,
    )
  }
}
