/** What a Postgres server or a socket says, reduced to what may be shown: DETAIL and CONTEXT hold row values. */
export interface ServerError {
  readonly code: string | undefined
  readonly text: string
  readonly position: number | undefined
  readonly address: string | undefined
}

/** Reads what the driver, a socket or TLS threw; of several tries the first. */
export function readServerError(error: unknown): ServerError {
  const of = (error instanceof AggregateError ? error.errors[0] : error) as {
    code?: unknown
    message?: unknown
    position?: unknown
    address?: unknown
    port?: unknown
    hostname?: unknown
  }
  const address = typeof of?.address === 'string' ? `${of.address}:${String(of.port)}` : undefined
  return {
    code: typeof of?.code === 'string' ? of.code : undefined,
    text: typeof of?.message === 'string' ? of.message : 'an unknown error',
    position: typeof of?.position === 'string' ? Number(of.position) : undefined,
    address: address ?? (typeof of?.hostname === 'string' ? of.hostname : undefined),
  }
}

/**
 * Whether the server could not make a text or a message because it would have more than a gigabyte: of a bytea from 512 MB
 * on, the text. The first of these texts is never translated; the other one has a SQLSTATE that says enough.
 */
export function isTooLargeForServer(error: unknown): boolean {
  const { code, text } = readServerError(error)
  return code === '54000' || (code === 'XX000' && text.startsWith('invalid memory alloc request size'))
}

/** Whether a code is one of the server's, and not one of a socket such as `EPIPE`. */
export function isSqlstate(code: string | undefined): code is string {
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code)
}
