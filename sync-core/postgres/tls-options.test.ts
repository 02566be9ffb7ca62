import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chownSync, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { checkConnection } from '../check-connection.ts'
import type { TlsMode } from '../domain/connection.ts'
import type { CheckStep } from '../domain/connection-check.ts'
import { FailureError } from '../domain/failure.ts'
import { type PostgresServer, startPostgresServer } from '../testing/postgres-server.ts'
import { openSession } from './session.ts'

const folder = mkdtempSync(join(tmpdir(), 'rejot-tls-'))
const file = (name: string): string => join(folder, name)
const openssl = (...args: readonly string[]): unknown => execFileSync('openssl', [...args], { stdio: 'pipe' })

function makeCa(name: string): void {
  const subject = ['-subj', `/CN=${name}`]
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    ...subject,
    '-days',
    '2',
    '-keyout',
    file(`${name}.key`),
    '-out',
    file(`${name}.crt`),
  )
}

/** `days` below 0: it has expired. */
function makeCertificate(name: string, names: string, days = 2): void {
  const request = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`]
  const extension = ['-addext', `subjectAltName=${names}`]
  openssl('req', ...request, ...extension, '-keyout', file(`${name}.key`), '-out', file(`${name}.csr`))
  const until = new Date(Date.now() + days * 86_400_000)
  const from = new Date(Math.min(Date.now(), until.getTime()) - 86_400_000)
  const stamp = (date: Date): string => `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
  const signed = ['-config', file('ca.cnf'), '-startdate', stamp(from), '-enddate', stamp(until)]
  openssl('ca', '-batch', '-notext', ...signed, '-in', file(`${name}.csr`), '-out', file(`${name}.crt`))
}

let server: PostgresServer
let plain: PostgresServer

before(async () => {
  makeCa('ours')
  makeCa('theirs')
  writeFileSync(file('index.txt'), '')
  writeFileSync(
    file('ca.cnf'),
    `[ca]\ndefault_ca=d\n[d]\ndatabase=${file('index.txt')}\nnew_certs_dir=${folder}\nrand_serial=yes\ncertificate=${file('ours.crt')}\nprivate_key=${file('ours.key')}\ndefault_md=sha256\npolicy=p\ncopy_extensions=copy\nunique_subject=no\n[p]\ncommonName=supplied\n`,
  )
  makeCertificate('by-name', 'DNS:localhost')
  makeCertificate('by-address', 'IP:127.0.0.1')
  makeCertificate('expired', 'DNS:localhost', -1)
  ;[server, plain] = (await Promise.all([1, 2].map(() => startPostgresServer({ settings: { fsync: 'off' } })))) as [
    PostgresServer,
    PostgresServer,
  ]
})

after(async () => {
  await Promise.all([server.stop('immediate'), plain.stop('immediate')])
  rmSync(folder, { recursive: true })
})

/** Gives the server another certificate, which it takes at once. */
async function present(name: string): Promise<void> {
  const { uid, gid } = statSync(server.dataDir)
  for (const kind of ['crt', 'key']) {
    const target = join(server.dataDir, `${name}.${kind}`)
    copyFileSync(file(`${name}.${kind}`), target)
    chownSync(target, uid, gid)
    execFileSync('chmod', ['600', target])
  }
  const admin = await openSession(server.connectionFor('postgres'), { purpose: 'test', settings: {} })
  await admin.rows(`alter system set ssl_cert_file = '${name}.crt'`)
  await admin.rows(`alter system set ssl_key_file = '${name}.key'`)
  await admin.rows('alter system set ssl = on')
  await admin.close()
  await server.restart()
}

/** Whether the session is encrypted; or the sentence of the refusal. */
async function connect(mode: TlsMode, ca: string | undefined, host = 'localhost', to = server): Promise<string> {
  const ssl = { mode, ...(ca === undefined ? {} : { ca: file(ca) }) }
  try {
    const session = await openSession(
      { ...to.connectionFor('postgres', 'db'), host, ssl },
      { purpose: 'test', settings: {} },
    )
    const [row] = await session.rows('select ssl::text from pg_stat_ssl where pid = pg_backend_pid()')
    await session.close()
    return row?.[0] === 'true' ? 'encrypted' : 'plain'
  } catch (error) {
    assert.ok(error instanceof FailureError)
    assert.equal(error.failure.policy, 'halt', error.failure.message)
    assert.match(error.failure.solution, /TLS|path/)
    return error.failure.message
  }
}

/** What the staged check says of it. */
async function checked(mode: TlsMode, ca: string | undefined, host = 'localhost'): Promise<CheckStep | undefined> {
  const ssl = { mode, ...(ca === undefined ? {} : { ca: file(ca) }) }
  const connection = { ...server.connectionFor('postgres', 'db'), host, ssl }
  const options = { only: ['tls'], signal: new AbortController().signal, onStep: () => undefined }
  const [step] = await checkConnection({ connection, purpose: 'source' }, options)
  return step
}

interface Case {
  readonly mode: TlsMode
  readonly ca?: string
  readonly host?: string
  readonly gives: RegExp
}

const cases: Readonly<Record<string, readonly Case[]>> = {
  'by-name': [
    { mode: 'disable', gives: /^plain$/ },
    { mode: 'require', gives: /^encrypted$/ },
    { mode: 'require', ca: 'theirs.crt', gives: /^Cannot trust db: / },
    { mode: 'verify-ca', ca: 'ours.crt', host: '127.0.0.1', gives: /^encrypted$/ },
    { mode: 'verify-ca', ca: 'theirs.crt', gives: /^Cannot trust db: / },
    { mode: 'verify-ca', gives: /^Cannot trust db: / },
    {
      mode: 'verify-ca',
      ca: 'nowhere.crt',
      gives: /^Cannot encrypt the connection to db: the file .* cannot be read$/,
    },
    { mode: 'verify-full', ca: 'ours.crt', gives: /^encrypted$/ },
    { mode: 'verify-full', ca: 'ours.crt', host: '127.0.0.1', gives: /^Cannot trust db: .*127\.0\.0\.1/ },
    { mode: 'verify-full', ca: 'theirs.crt', gives: /^Cannot trust db: / },
  ],
  'by-address': [
    { mode: 'verify-full', ca: 'ours.crt', host: '127.0.0.1', gives: /^encrypted$/ },
    { mode: 'verify-full', ca: 'ours.crt', gives: /^Cannot trust db: / },
  ],
  expired: [
    { mode: 'require', gives: /^encrypted$/ },
    { mode: 'verify-ca', ca: 'ours.crt', gives: /^Cannot trust db: .*expired/ },
    { mode: 'verify-full', ca: 'ours.crt', gives: /^Cannot trust db: .*expired/ },
  ],
}

for (const [certificate, tried] of Object.entries(cases)) {
  test(`a server's certificate "${certificate}" under each mode, as libpq means it`, async () => {
    await present(certificate)
    for (const { mode, ca, host, gives } of tried) {
      const what = `${mode} ${ca ?? 'without a CA'} ${host ?? ''}`
      const answer = await connect(mode, ca, host)
      assert.match(answer, gives, what)
      const step = await checked(mode, ca, host)
      assert.equal(step?.state === 'failed', answer.startsWith('Cannot'), `${what}: ${step?.sentence}`)
      if (step?.state === 'failed')
        assert.match(`${step.sentence}. ${step.solution}`, /CA|is not for|expired|the file/, what)
      else if (mode !== 'disable') assert.equal(step?.evidence[1]?.value, certificate, what)
    }
  })
}

test('a server without TLS is refused by every mode but "disable"', async () => {
  assert.equal(await connect('disable', undefined, 'localhost', plain), 'plain')
  for (const mode of ['require', 'verify-ca', 'verify-full'] as const) {
    assert.match(
      await connect(mode, undefined, 'localhost', plain),
      /^Cannot encrypt .*: the server does not offer TLS$/,
    )
  }
})
