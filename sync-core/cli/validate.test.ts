import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { at, goodManifest } from '../manifest/good-manifest.fixture.ts'
import { folderWith, runCli } from './run-cli.fixture.ts'
import { commandNames } from './usage.ts'

function workspace() {
  return Object.assign(goodManifest(), { workspaces: [] })
}

test('strict: warnings are errors, unknown fields are told, passwords need not be set', async () => {
  const manifest = workspace()
  Object.assign(manifest, { 'x-ours': 1, publicSchema: [] })
  Object.assign(at(manifest, 'publicSchemas', 0, 'outputSchema', 'x-rejot'), { onwer: 'me' })
  Object.assign(at(manifest, 'publicSchemas', 0, 'outputSchema', 'properties', 'id'), { minimum: 1 })
  Object.assign(at(manifest, 'connections', 0, 'config'), { sslmode: 'require' })
  const folder = await folderWith({ 'a.json': manifest })
  const relaxed = await runCli(folder, ['validate', 'a.json'])
  assert.deepEqual([relaxed.code, relaxed.out.includes('REJOT_ACCOUNTS_DB_PASSWORD')], [0, true])
  const { code, out } = await runCli(folder, ['validate', 'a.json', '--strict'])
  assert.equal(code, 1)
  assert.deepEqual(
    out
      .split('\n')
      .map((line) => line.replace(/^a\.json:\d+:\d+: /, ''))
      .sort(),
    [
      '',
      'error: No field "onwer" is known in "x-rejot": did you mean "owner"?',
      'error: No field "publicSchema" is known in this manifest: did you mean "publicSchemas"?',
      'error: No field "sslmode" is known in "config"',
    ],
  )
  const good = await runCli(await folderWith({ 'a.json': workspace() }), ['validate', '--strict', 'a.json'])
  assert.deepEqual([good.code, good.out], [0, '1 manifest: 1 public schema, 1 consumer, no errors\n'])
})

test('problems are told as GitHub has them, and as JSON', async () => {
  const manifest = workspace()
  Object.assign(at(manifest, 'consumerSchemas', 0, 'config'), { sql: 'insert into "100%,\n" values (:lost)' })
  const folder = await folderWith({ 'a,b.json': manifest })
  const github = await runCli(folder, ['validate', '--format', 'github', 'a,b.json'])
  assert.equal(github.code, 1)
  assert.match(github.out, /^::error file=a%2Cb\.json,line=\d+,col=\d+:::lost is no column of the public schema/m)
  const json = await runCli(folder, ['validate', '--json', 'a,b.json'])
  const problems = json.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.ok(
    problems.some(
      ({ file, severity, message }) =>
        file === join(folder, 'a,b.json') && severity === 'error' && message.startsWith(':lost'),
    ),
  )
  assert.equal((await runCli(folder, ['validate', '--format', 'xml', 'a,b.json'])).code, 2)
})

test('who takes every version of rows that depend on others is told why that cannot be', async () => {
  const manifest = workspace()
  const settings = { consumers: { 'consume-account': { everyVersion: true } } }
  const folder = await folderWith({ 'a.json': manifest, 'rejot-desktop.json': settings })
  const { code, out } = await runCli(folder, ['validate', 'a.json'])
  assert.equal(code, 1)
  assert.match(
    out,
    /error: Consumer schema "consume-account" takes every version of public schema "[^"]+", which cannot be given: it /,
  )
})

test('types are written for the highest minors, with what columns mean', async () => {
  const manifest = workspace()
  const [schema] = manifest.publicSchemas
  assert.ok(schema !== undefined)
  const minor = structuredClone(schema)
  Object.assign(minor, { version: { major: 1, minor: 1 } })
  Object.assign(minor.outputSchema.properties, {
    'last name': { type: 'string', enum: ['Ada', 'Bob'], description: 'Ends with */ at times' },
    tags: { type: 'array', items: { anyOf: [{ type: 'number' }, { type: 'null' }] } },
    shape: {},
  })
  const major = structuredClone(schema)
  Object.assign(major, { version: { major: 2, minor: 0 } })
  Object.assign(at(major, 'outputSchema', 'x-rejot'), { deprecated: 'use 3' })
  const folder = await folderWith({ 'a.json': { ...manifest, publicSchemas: [schema, minor, major] } })
  const { code, out } = await runCli(folder, ['types', 'a.json', '--schema', 'publish-account'])
  assert.equal(code, 0)
  assert.equal(
    out,
    `/**
 * Who has an account
 * Public schema publish-account 1.1.
 */
export interface PublishAccountV1 {
  /**
   * Never used again
   * int8: beyond 2^53 or 15 digits JSON.parse rounds it.
   */
  readonly id: number
  readonly emails?: readonly string[]
  readonly firstName: string | null
  /** Ends with *\\/ at times */
  readonly "last name"?: "Ada" | "Bob"
  readonly tags?: readonly (number | null)[]
  readonly shape?: unknown
}

/**
 * Who has an account
 * Public schema publish-account 2.0.
 * @deprecated use 3
 */
export interface PublishAccountV2 {
  /**
   * Never used again
   * int8: beyond 2^53 or 15 digits JSON.parse rounds it.
   */
  readonly id: number
  readonly emails?: readonly string[]
  readonly firstName: string | null
}
`,
  )
  const lost = await runCli(folder, ['types', 'a.json', '--schema', 'lost'])
  assert.deepEqual([lost.code, lost.err], [1, 'There is no public schema "lost" in these manifests\n'])
})

test('the example workflow calls commands that there are, with options that they know', async () => {
  const text = readFileSync(new URL('../../assets/examples/check-contracts.yml', import.meta.url), 'utf8')
  const here = text.replaceAll('$RUNNER_TEMP/', '').replaceAll('"', '')
  const calls = [...here.matchAll(/npx rejot (.*)/g)].map(([, args = '']) => args.split(' '))
  assert.equal(calls.length, 4)
  const folder = await folderWith({ 'rejot-manifest.json': workspace(), 'former.json': workspace() })
  await runCli(folder, ['fmt', 'rejot-manifest.json'])
  for (const args of calls) {
    assert.ok(commandNames.some((name) => name === args[0]))
    const { code, out, err } = await runCli(folder, args)
    assert.equal(code, 0, out + err)
  }
})
