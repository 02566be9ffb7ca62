import { isIP, type Socket } from 'node:net'
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls'
import type { TlsMode } from '../../domain/connection.ts'
import type { Evidence, Finding } from '../../domain/connection-check.ts'
import { isOwnComputer, tlsModeOf, tlsOptions } from '../tls-options.ts'
import type { PostgresCheckContext } from './check-context.ts'
import { openSocket } from './reach-host.ts'

/** Postgres' own way to ask for TLS on the same port: length 8, code 80877103; the answer is one byte. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/** Whether the server encrypts, and is who it says it is, as the connection's TLS mode demands. */
export async function askTls({ request }: PostgresCheckContext, signal: AbortSignal): Promise<Finding> {
  const { connection } = request
  const mode = tlsModeOf(connection)
  const options = tlsOptions(connection)
  if (options === false) return plain(connection.host)
  const socket = await openSocket(request, signal)
  try {
    if (!(await offersTls(socket))) return notOffered
    const { host } = connection
    const secured = await secure(
      // Who it is shall be seen even where it is not believed; nothing is sent over this connection.
      connectTls({
        socket,
        host,
        ...options,
        rejectUnauthorized: false,
        ...(isIP(host) === 0 ? { servername: host } : {}),
      }),
    )
    const evidence = evidenceOf(secured)
    // `authorizationError` is a code, and not the Error that its type says.
    const fault: unknown = mode === 'require' ? undefined : (secured.authorizationError ?? undefined)
    if (fault !== undefined) return refused(String(fault), host, evidence, connection.ssl?.ca)
    return { ...believed[mode], evidence }
  } finally {
    socket.destroy()
  }
}

function plain(host: string): Finding {
  if (isOwnComputer(host)) return { state: 'skipped', sentence: 'Not needed on this computer', evidence: [] }
  return {
    state: 'warning',
    sentence: 'Not encrypted, as the connection says: rows travel as plain text',
    solution: 'Choose the TLS mode verify-full, unless the network between is your own.',
    evidence: [],
  }
}

const notOffered: Finding = {
  state: 'failed',
  sentence: 'The server does not offer TLS',
  solution: 'Switch TLS on at the server (ssl = on), or choose the TLS mode "disable" where the network is your own.',
  evidence: [{ label: 'Answer', value: 'N, to a request for TLS' }],
}

const believed: Readonly<Record<Exclude<TlsMode, 'disable'>, Omit<Finding, 'evidence'>>> & {
  readonly disable: Omit<Finding, 'evidence'>
} = {
  disable: { state: 'skipped' },
  'verify-full': { state: 'passed', sentence: 'Verified, the certificate matches the host' },
  'verify-ca': { state: 'passed', sentence: 'Verified by the CA; the host name is not compared' },
  require: {
    state: 'warning',
    sentence: 'Encrypted, but whoever answers is believed',
    solution: 'Choose verify-full, with the CA file of the server where no public one has signed it.',
  },
}

/** In our own words, by Node's codes. */
const faults: Readonly<Record<string, (host: string) => string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: (host) => `The certificate is not for ${host}`,
  CERT_HAS_EXPIRED: () => 'The certificate has expired',
  CERT_NOT_YET_VALID: () => 'The certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: () => 'The certificate is signed by itself, and by no CA that is known here',
  SELF_SIGNED_CERT_IN_CHAIN: () => 'The certificate is signed by a CA that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: () => 'The certificate is signed by a CA that is not known here',
  UNABLE_TO_GET_ISSUER_CERT: () => 'The certificate is signed by a CA that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: () => 'The certificate is signed by a CA that is not known here',
  CERT_SIGNATURE_FAILURE: () => 'The certificate is signed by another CA than the given one',
}

function refused(code: string, host: string, evidence: readonly Evidence[], ca: string | undefined): Finding {
  const solution =
    code === 'ERR_TLS_CERT_ALTNAME_INVALID'
      ? 'Use the name that the certificate is for as the host, or the TLS mode verify-ca.'
      : /EXPIRED|NOT_YET/.test(code)
        ? 'Have the server present a valid certificate, and compare the clocks of both computers.'
        : ca === undefined
          ? 'Give the CA file of the server; managed services have it in their documentation.'
          : 'Give the CA file that signed the certificate of this server.'
  return {
    state: 'failed',
    sentence: faults[code]?.(host) ?? `The certificate is not to be trusted (${code})`,
    solution,
    evidence: [...evidence, { label: 'Code', value: code }],
  }
}

async function offersTls(socket: Socket): Promise<boolean> {
  const answer = await new Promise<Buffer>((resolve, reject) => {
    socket.once('data', resolve)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the socket was closed')))
    socket.write(sslRequest)
  })
  socket.removeAllListeners('close')
  return answer.toString('latin1', 0, 1) === 'S'
}

async function secure(socket: TLSSocket): Promise<TLSSocket> {
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the socket was closed')))
  })
  return socket
}

function evidenceOf(socket: TLSSocket): readonly Evidence[] {
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate()
  const { subject, issuer, valid_to: until, subjectaltname: names } = certificate
  return [
    { label: 'Protocol', value: `${socket.getProtocol() ?? ''}, ${socket.getCipher().standardName}` },
    { label: 'Subject', value: nameOf(subject) },
    ...(names === undefined ? [] : [{ label: 'Names', value: names }]),
    { label: 'Issuer', value: nameOf(issuer) },
    ...(until === undefined ? [] : [{ label: 'Valid until', value: new Date(until).toISOString() }]),
  ]
}

function nameOf(name: PeerCertificate['subject'] | undefined): string {
  return name === undefined ? '' : [name.CN, name.O].filter((part) => part !== undefined).join(', ')
}
