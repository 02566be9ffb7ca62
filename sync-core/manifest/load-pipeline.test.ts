import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, goodManifest } from './good-manifest.fixture.ts'
import { loadPipeline } from './load-pipeline.ts'

const variables = { REJOT_ACCOUNTS_DB_PASSWORD: 'secret' }
const accountsPath = '/team/accounts/rejot-manifest.json'
const crmPath = '/team/crm/rejot-manifest.json'

/** The accounts team publishes and names the other file; the CRM team has a database and a consumer. */
function twoTeams() {
  const accounts = goodManifest()
  const crm = {
    slug: 'crm',
    manifestVersion: 1,
    connections: accounts.connections.splice(1, 1).map((connection) => ({ ...connection, slug: 'crm-db' })),
    dataStores: accounts.dataStores.splice(1, 1).map(() => ({ connectionSlug: 'crm-db' })),
    consumerSchemas: accounts.consumerSchemas.splice(0, 1),
    workspaces: ['../accounts/rejot-manifest.json'],
  }
  Object.assign(at(crm, 'consumerSchemas', 0, 'config'), { destinationDataStoreSlug: 'crm-db' })
  return { accounts, crm }
}

type Files = Record<string, object | string>

function load(files: Files, paths: readonly string[] = [accountsPath]) {
  const readFile = async (path: string) => {
    const content = files[path]
    return typeof content === 'object' ? JSON.stringify(content, undefined, 2) : content
  }
  return loadPipeline(paths, variables, { readFile, borders: { rootOf: async () => '/', isInside: async () => true } })
}

async function told(files: Files, paths?: readonly string[]): Promise<readonly string[]> {
  return (await load(files, paths)).problems.map(({ file, severity, message }) => `${file} ${severity} ${message}`)
}

test('manifests that name each other are merged, each read once', async () => {
  const { accounts, crm } = twoTeams()
  const { pipeline, problems } = await load({ [accountsPath]: accounts, [crmPath]: crm }, [accountsPath, crmPath])
  assert.deepEqual(problems, [])
  assert.deepEqual(
    pipeline.manifests.map(({ slug }) => slug),
    ['@harbor/accounts', 'crm'],
  )
  assert.deepEqual(
    pipeline.sources.map(({ id, slotName, publicationName, publicSchemas }) => [
      id,
      slotName,
      publicationName,
      publicSchemas.length,
    ]),
    [['@harbor/accounts/accounts-db', 'rejot_slot', 'rejot_publication', 1]],
  )
  assert.deepEqual(
    pipeline.consumers.map(({ id, sourceId, destination, publicSchema }) => [
      id,
      sourceId,
      destination.slug,
      publicSchema.name,
    ]),
    [['crm/consume-account', '@harbor/accounts/accounts-db', 'crm-db', 'publish-account']],
  )
})

test('a consumer gets the highest minor of its major, and the source publishes only that', async () => {
  const { accounts, crm } = twoTeams()
  const [schema] = accounts.publicSchemas
  assert.ok(schema !== undefined)
  for (const version of [
    { major: 1, minor: 10 },
    { major: 1, minor: 9 },
    { major: 2, minor: 0 },
  ]) {
    accounts.publicSchemas.push({ ...schema, version })
  }
  const { pipeline, problems } = await load({ [accountsPath]: accounts, [crmPath]: crm })
  assert.deepEqual(problems, [])
  assert.deepEqual(pipeline.consumers[0]?.publicSchema.version, { major: 1, minor: 10 })
  assert.deepEqual(
    pipeline.sources[0]?.publicSchemas.map(({ version }) => version),
    [
      { major: 1, minor: 10 },
      { major: 2, minor: 0 },
    ],
  )
})

test('a destination of another manifest is found when there is only one', async () => {
  const { accounts, crm } = twoTeams()
  Object.assign(at(crm, 'consumerSchemas', 0, 'config'), { destinationDataStoreSlug: 'accounts-db' })
  const { pipeline, problems } = await load({ [accountsPath]: accounts, [crmPath]: crm })
  assert.deepEqual(problems, [])
  assert.equal(pipeline.consumers[0]?.destination.manifest, '@harbor/accounts')
})

test('what a consumer refers to and is not there is told at the reference', async () => {
  const cases: readonly (readonly [path: readonly (string | number)[], change: object, message: string])[] = [
    [
      [],
      { sourceManifestSlug: 'lost' },
      'Consumer schema "consume-account" reads from manifest "lost", which is not among the files given',
    ],
    [
      ['publicSchema'],
      { name: 'lost' },
      'Manifest "@harbor/accounts" has no public schema "lost", which consumer schema "consume-account" reads',
    ],
    [
      ['publicSchema'],
      { majorVersion: 3 },
      'Public schema "publish-account" has no version 3, which consumer schema "consume-account" reads; it has 1',
    ],
    [
      ['config'],
      { destinationDataStoreSlug: 'lost' },
      'There is no connection "lost", which consumer schema "consume-account" writes',
    ],
  ]
  for (const [path, change, message] of cases) {
    const { accounts, crm } = twoTeams()
    Object.assign(at(crm, 'consumerSchemas', 0, ...path), change)
    const { problems, pipeline } = await load({ [accountsPath]: accounts, [crmPath]: crm })
    assert.deepEqual(
      problems.map((problem) => [problem.file, problem.message]),
      [[crmPath, message]],
    )
    assert.equal(pipeline.consumers.length, 0)
    const line = JSON.stringify(crm, undefined, 2).split('\n')[(problems[0]?.line ?? 0) - 1]
    assert.ok(line?.includes(String(Object.values(change)[0])), line)
  }
})

test('a destination that several other manifests have is told with their names', async () => {
  const { accounts, crm } = twoTeams()
  const third = { slug: 'third', manifestVersion: 1, connections: accounts.connections }
  Object.assign(crm, { workspaces: ['../third.json'] })
  Object.assign(at(crm, 'consumerSchemas', 0, 'config'), { destinationDataStoreSlug: 'accounts-db' })
  assert.deepEqual(await told({ [accountsPath]: accounts, [crmPath]: crm, '/team/third.json': third }), [
    `${crmPath} error Connection "accounts-db", which consumer schema "consume-account" writes, is in several manifests: @harbor/accounts, third`,
  ])
})

test('two manifests of one slug are refused', async () => {
  const { accounts, crm } = twoTeams()
  crm.slug = '@harbor/accounts'
  assert.deepEqual(await told({ [accountsPath]: accounts, [crmPath]: crm }), [
    `${crmPath} error Manifest "@harbor/accounts" is a second one of this name; the first is ${accountsPath}`,
  ])
})

test('two sources with one slot on one server are refused, whatever the server is called', async () => {
  const { accounts, crm } = twoTeams()
  const other = { ...goodManifest(), slug: 'other', consumerSchemas: [], workspaces: [] }
  Object.assign(at(other, 'connections', 0, 'config'), { host: '127.0.0.1', database: 'another' })
  assert.deepEqual(
    await told({ [accountsPath]: accounts, [crmPath]: crm, '/o.json': other }, [accountsPath, '/o.json']),
    ['/o.json error Slot "rejot_slot" is used by @harbor/accounts/accounts-db too, on the same server'],
  )
  Object.assign(at(other, 'connections', 0, 'config'), { port: 5999 })
  assert.deepEqual(
    await told({ [accountsPath]: accounts, [crmPath]: crm, '/o.json': other }, [accountsPath, '/o.json']),
    [],
  )
})

test('a file that is not there is told where it is named', async () => {
  const { accounts } = twoTeams()
  const { problems } = await load({ [accountsPath]: accounts })
  const lines = JSON.stringify(accounts, undefined, 2).split('\n')
  assert.deepEqual(problems, [
    {
      severity: 'error',
      file: accountsPath,
      line: lines.findIndex((line) => line.includes('"workspaces"')) + 1,
      column: 17,
      message: `There is no manifest at ${crmPath}`,
    },
  ])
  assert.deepEqual(await told({}), [`${accountsPath} error There is no manifest at ${accountsPath}`])
})

test('one broken file does not make the others look broken', async () => {
  const { accounts, crm } = twoTeams()
  assert.deepEqual(await told({ [accountsPath]: '{"slug": ', [crmPath]: crm }, [crmPath]), [
    `${accountsPath} error The file ends in the middle, as if it were only half written`,
  ])
  Reflect.deleteProperty(at(accounts, 'publicSchemas', 0), 'version')
  assert.deepEqual(await told({ [accountsPath]: accounts, [crmPath]: crm }), [
    `${accountsPath} error "version" is missing in public schema "publish-account"`,
  ])
})

test('a file that cannot be read is told with the reason', async () => {
  const { problems } = await loadPipeline(['/'], variables)
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['Cannot read /: it is a folder; name the file in it'],
  )
})

const settingsPath = '/team/accounts/rejot-desktop.json'

test('the file beside a manifest adds to its connections', async () => {
  const { accounts, crm } = twoTeams()
  const connections = {
    'accounts-db': { ssl: { mode: 'verify-ca', ca: 'ca.pem' }, environment: 'production', later: 1 },
  }
  const { pipeline, problems } = await load({
    [accountsPath]: accounts,
    [crmPath]: crm,
    [settingsPath]: { connections, history: { days: 30 } },
  })
  assert.deepEqual(problems, [])
  assert.deepEqual(pipeline.manifests.find(({ path }) => path === accountsPath)?.history, { maxAgeMs: 2_592_000_000 })
  assert.deepEqual(pipeline.sources[0]?.connection.ssl, { mode: 'verify-ca', ca: '/team/accounts/ca.pem' })
  assert.equal(pipeline.sources[0]?.connection.environment, 'production')
})

test('what is wrong in the file beside a manifest is told there', async () => {
  const { accounts, crm } = twoTeams()
  const settings = {
    connections: {
      'accounts-db': { ssl: 'sometimes', environment: 'moon' },
      lost: { ssl: { ca: 'x' } },
    },
    consumers: { nobody: { onRefusal: 'shrug', start: 'yesterday', everyVersion: 'some' } },
    history: { days: 'many', megabytes: -1 },
  }
  assert.deepEqual(await told({ [accountsPath]: accounts, [crmPath]: crm, [settingsPath]: settings }), [
    `${settingsPath} error "ssl" of connection "accounts-db" must be one of disable, require, verify-ca, verify-full`,
    `${settingsPath} error "environment" of connection "accounts-db" must be one of development, staging, production`,
    `${settingsPath} warning There is no connection "lost" in the manifest beside this file`,
    `${settingsPath} error "mode" is missing in the ssl settings of connection "lost"`,
    `${settingsPath} warning There is no consumer schema "nobody" in the manifest beside this file`,
    `${settingsPath} error "onRefusal" of consumer "nobody" must be one of park, halt`,
    `${settingsPath} error "start" of consumer "nobody" must be one of everything, now, {"after": an event’s offset, "store": its event store} or {"since": a time}`,
    `${settingsPath} error "everyVersion" of consumer "nobody" must be one of true, false`,
    `${settingsPath} error "days" of the history of this file must be a number from 0 on`,
    `${settingsPath} error "megabytes" of the history of this file must be a number from 0 on`,
  ])
  assert.deepEqual(await told({ [accountsPath]: accounts, [crmPath]: crm, [settingsPath]: '{' }), [
    `${settingsPath} error The file ends in the middle, as if it were only half written`,
  ])
})

test('a consumer may begin behind an event of a store, or a time with its zone', async () => {
  const { accounts, crm } = twoTeams()
  const [name] = (crm as { consumerSchemas: readonly { name: string }[] }).consumerSchemas.map((one) => one.name)
  const settings = '/team/crm/rejot-desktop.json'
  const beginning = (start: unknown) => ({
    [accountsPath]: accounts,
    [crmPath]: crm,
    [settings]: { consumers: { [name ?? '']: { start } } },
  })
  const store = '75995751-57a2-4207-89aa-97b8bc5b2855'
  for (const start of [
    { after: 0, store },
    { since: '2026-11-21T09:30Z' },
    { since: '2024-02-29T23:59:59.123+05:30' },
  ]) {
    const { pipeline, problems } = await load(beginning(start))
    assert.deepEqual(problems, [])
    assert.deepEqual(pipeline.consumers.find(({ schema }) => schema.name === name)?.schema.start, start)
  }
  const where = `the start of consumer "${name}"`
  const isTime = `"since" of ${where} must be a time with its zone, such as 2026-11-21T09:30:00Z`
  const faults: readonly (readonly [unknown, string])[] = [
    [{ since: '2026-11-21T09:30:00' }, isTime],
    [{ since: '2026-02-30T09:30:00Z' }, isTime],
    [{ since: 'yesterday' }, isTime],
    [{ after: 5 }, `"store" is missing in ${where}`],
    [{ after: -1, store }, `"after" of ${where} must be a whole number from 0 on`],
    [
      { after: 5, store: 'mine' },
      `"store" of ${where} must be the uuid of an event store, as "rejot events --json" says it`,
    ],
  ]
  for (const [start, message] of faults)
    assert.deepEqual(await told(beginning(start)), [`${settings} error ${message}`])
  const [both] = await told(beginning({ after: 5, since: '2026-11-21T09:30Z', store }))
  assert.match(both ?? '', /must be one of everything, now, \{"after"/)
})

test("the place of a public schema's SQL is found over all files", async () => {
  const { accounts, crm } = twoTeams()
  const { pipeline, locate } = await load({ [accountsPath]: accounts, [crmPath]: crm })
  const transformation = pipeline.sources[0]?.publicSchemas[0]?.transformations[1]
  assert.ok(transformation !== undefined)
  const place = locate(transformation, ['sql'], transformation.sql.indexOf('from account') + 1)
  const line = JSON.stringify(accounts, undefined, 2).split('\n')[(place?.line ?? 0) - 1]
  assert.equal(place?.file, accountsPath)
  assert.ok(line?.slice((place?.column ?? 0) - 1).startsWith('from account'))
  assert.equal(locate({}), undefined)
})

function contractOf(manifest: ReturnType<typeof twoTeams>['accounts']) {
  return at(manifest, 'publicSchemas', 0, 'outputSchema', 'x-rejot')
}

const crmMayRead = async (access: readonly string[]): Promise<readonly string[]> => {
  const { accounts, crm } = twoTeams()
  Object.assign(contractOf(accounts), { access })
  return told({ [accountsPath]: accounts, [crmPath]: crm }, [crmPath])
}

test('who may not consume a public schema is refused in words, and its consumer does not run', async () => {
  assert.deepEqual(await crmMayRead(['crm']), [])
  assert.deepEqual(await crmMayRead(['c*', '@harbor/*']), [])
  const [refused] = await crmMayRead(['@harbor/*', 'billing'])
  assert.match(
    refused ?? '',
    /may not read public schema "publish-account": manifest "@harbor\/accounts" lets @harbor\/\*, billing consume it, and this one is "crm"/,
  )
  const { accounts, crm } = twoTeams()
  Object.assign(contractOf(accounts), { access: [] })
  const { pipeline } = await load({ [accountsPath]: accounts, [crmPath]: crm }, [crmPath])
  assert.deepEqual(pipeline.consumers, [])
})

test('a deprecated public schema says so where it is read, in its owner’s words', async () => {
  const { accounts, crm } = twoTeams()
  Object.assign(contractOf(accounts), { deprecated: 'use version 2' })
  const [warning, more] = await told({ [accountsPath]: accounts, [crmPath]: crm }, [crmPath])
  assert.match(
    warning ?? '',
    /warning Public schema "publish-account" 1, which consumer schema ".*" reads, is deprecated: use version 2$/,
  )
  assert.equal(more, undefined)
})

test('a minor version that narrows the one before is refused; as a major version both run side by side', async () => {
  const narrowed = (version: { major: number; minor: number }) => {
    const { accounts, crm } = twoTeams()
    const [schema] = accounts.publicSchemas
    assert.ok(schema)
    const copy = structuredClone(schema)
    Object.assign(at(copy, 'outputSchema', 'properties', 'emails'), { 'x-postgres-type': 'text' })
    accounts.publicSchemas.push({ ...copy, version })
    return { [accountsPath]: accounts, [crmPath]: crm }
  }
  const [refused] = await told(narrowed({ major: 1, minor: 1 }), [crmPath])
  assert.match(refused ?? '', /1\.1 replaces 1\.0, but it gives "emails" as text instead of text\[\]: make it 2\.0/)
  const { pipeline, problems } = await load(narrowed({ major: 2, minor: 0 }), [crmPath])
  assert.deepEqual(problems, [])
  assert.deepEqual(
    pipeline.sources[0]?.publicSchemas.map(({ version }) => version.major),
    [1, 2],
  )
  assert.equal(pipeline.consumers[0]?.publicSchema.version.major, 1)
})
