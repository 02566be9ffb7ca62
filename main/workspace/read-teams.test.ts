import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import type { Log } from '../../sync-core/domain/log.ts'
import { readTeamAddress } from '../teams/team-address.ts'
import { createTeamCopies } from '../teams/team-copies.ts'
import { addAddress, listedAddresses, removeAddress } from '../teams/team-list.ts'
import { git, gitEnv } from '../testing/git.ts'
import { writeFiles } from '../testing/write-files.ts'
import { readTeams } from './read-teams.ts'
import { readWorkspace } from './read-workspace.ts'

// The code under test runs git in this process.
Object.assign(process.env, gitEnv)

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rejot-teams-'))
  after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function commit(root: string, files: Readonly<Record<string, string>>): void {
  writeFiles(root, files)
  git(root, 'add', '.')
  git(root, 'commit', '--quiet', '--message', 'Change')
}

interface Team {
  readonly slug: string
  /** Public schemas, each read by whoever may. */
  readonly publishes?: readonly { readonly name: string; readonly access?: readonly string[] }[]
  /** `slug/name` */
  readonly consumes?: readonly string[]
}

function manifest({ slug, publishes = [], consumes = [] }: Team): string {
  const config = { connectionType: 'postgres', host: `${slug}.internal`, port: 5432, user: 'u', database: 'd' }
  return JSON.stringify(
    {
      slug,
      manifestVersion: 1,
      connections: [{ slug: `${slug}-db`, config: { ...config, password: '$' + '{env:REJOT_TEAM_PASSWORD}' } }],
      dataStores: [
        { connectionSlug: `${slug}-db`, config: { connectionType: 'postgres', slotName: 's', publicationName: 'p' } },
      ],
      publicSchemas: publishes.map(({ name, access }) => ({
        name,
        version: { major: 1, minor: 0 },
        source: { dataStoreSlug: `${slug}-db` },
        outputSchema: {
          type: 'object',
          properties: { id: { type: 'string', 'x-postgres-type': 'text' } },
          required: ['id'],
          'x-rejot': { key: ['id'], ...(access === undefined ? {} : { access }) },
        },
        config: {
          publicSchemaType: 'postgres',
          transformations: ['insert', 'update'].map((operation) => ({
            operation,
            table: 't',
            sql: 'select id from t where id = :id',
          })),
        },
      })),
      consumerSchemas: consumes.map((from) => ({
        name: `read-${from.split('/')[1]}`,
        sourceManifestSlug: from.split('/')[0],
        publicSchema: { name: from.split('/')[1], majorVersion: 1 },
        config: {
          consumerSchemaType: 'postgres',
          destinationDataStoreSlug: `${slug}-db`,
          sql: 'insert into x (id) values (:id) on conflict (id) do nothing',
        },
      })),
    },
    undefined,
    2,
  )
}

/** A remote with these files, a workspace of another team, and this computer's copies. */
function setting(theirs: Readonly<Record<string, string>>, ours: Team) {
  const remote = folder()
  git(remote, 'init', '--quiet', '--initial-branch', 'main')
  commit(remote, theirs)
  const own = folder()
  writeFiles(own, { 'rejot-manifest.json': manifest(ours) })
  const root = folder()
  let clock = 1_000
  const start = () => createTeamCopies({ root, now: () => clock++, log: silent, onChange: () => undefined })
  const copies = start()
  const read = async () => {
    const found = await readWorkspace(join(own, 'rejot-manifest.json'), { REJOT_TEAM_PASSWORD: 'secret-7' }, [])
    const { teams, problems } = await readTeams(found, [copies.of(remote)])
    const [team] = teams
    assert.ok(team !== undefined)
    return { team, problems: problems.map(({ severity, message }) => `${severity}: ${message}`) }
  }
  return { remote, copies, read, root, start }
}

test('who consumes what is seen across teams, as they have it in their repositories', async () => {
  const theirs = manifest({ slug: 'crm', publishes: [{ name: 'contacts' }], consumes: ['accounts/people'] })
  const { remote, copies, read, start } = setting(
    { 'data/rejot-manifest.json': theirs, 'README.md': 'theirs' },
    { slug: 'accounts', publishes: [{ name: 'people' }] },
  )
  const before = await read()
  assert.deepEqual([before.team.fetchedAt, before.team.manifests, before.problems], [undefined, [], []])
  await copies.fetch(remote)
  const { team, problems } = await read()
  assert.deepEqual([team.fetchedAt, team.failure, team.faults, problems], [1_000, undefined, [], []])
  assert.deepEqual(
    team.publicSchemas.map(({ id }) => id),
    ['crm/contacts@1'],
  )
  assert.deepEqual(
    team.consumers.map(({ name, publicSchema, destination }) => [name, publicSchema, destination]),
    [['read-people', 'accounts/people@1', 'crm/crm-db']],
  )
  assert.equal(team.connections[0]?.hasPassword, false)
  assert.doesNotMatch(JSON.stringify(team), /secret-7/)
  assert.equal(start().of(remote).fetchedAt, 1_000, 'another run knows it')

  commit(remote, { 'data/rejot-manifest.json': manifest({ slug: 'crm', publishes: [{ name: 'leads' }] }) })
  await copies.fetch(remote)
  const later = await read()
  assert.deepEqual(
    later.team.publicSchemas.map(({ id }) => id),
    ['crm/leads@1'],
  )
  assert.equal(readdirSync(dirname(copies.of(remote).filesFolder)).length, 1)
})

test('a remote that cannot be reached is said, and what was fetched stays with its time', async () => {
  const { remote, copies, read } = setting(
    { 'rejot-manifest.json': manifest({ slug: 'crm', publishes: [{ name: 'contacts' }] }) },
    { slug: 'accounts' },
  )
  await copies.fetch(remote)
  rmSync(remote, { recursive: true })
  await copies.fetch(remote)
  const { team } = await read()
  assert.match(team.failure?.message ?? '', /^Cannot fetch the repository: /)
  assert.deepEqual([team.fetchedAt, team.publicSchemas.length], [1_000, 1])
  await copies.remove(remote)
  assert.equal(existsSync(dirname(dirname(copies.of(remote).filesFolder))), false)
})

test('another branch than its own is fetched by its name, and one that is not there is said', async () => {
  const { remote, copies } = setting({ 'rejot-manifest.json': manifest({ slug: 'crm' }) }, { slug: 'accounts' })
  git(remote, 'switch', '--quiet', '--create', 'next/2')
  commit(remote, { 'more/rejot-manifest.json': manifest({ slug: 'next' }) })
  git(remote, 'switch', '--quiet', 'main')
  const [own, next, none] = [remote, `${remote}#next/2`, `${remote}#gone`]
  await Promise.all([own, next, none].map((address) => copies.fetch(address)))
  assert.deepEqual(
    [own, next, none].map((address) => copies.of(address).manifestPaths.length),
    [1, 2, 0],
  )
  assert.match(copies.of(next).name, /, next\/2$/)
  assert.match(copies.of(none).failure?.message ?? '', /the remote has no such branch/)
})

test('of a repository with more manifests than are read it is said how many are left out', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 53 }, (_, n) => [`${n}/rejot-manifest.json`, manifest({ slug: `team-${n}` })]),
  )
  const { remote, copies, read } = setting(many, { slug: 'accounts' })
  await copies.fetch(remote)
  const { team } = await read()
  assert.equal(team.manifests.length, 50)
  assert.deepEqual(team.faults, ['3 more are not looked at: of one repository 50 are'])
})

test('what they let nobody consume is refused, and what is theirs is not run here', async () => {
  const publishes = [{ name: 'contacts', access: ['sales'] }, { name: 'leads' }]
  const { remote, copies, read } = setting(
    { 'rejot-manifest.json': manifest({ slug: 'crm', publishes }) },
    { slug: 'accounts', consumes: ['crm/contacts', 'crm/leads'] },
  )
  await copies.fetch(remote)
  const { problems } = await read()
  const notRun = 'it is in a repository of another team, which is shown and not run'
  assert.deepEqual(problems, [
    `error: Consumer schema "read-contacts" reads from manifest "crm", which is not among the files given: ${notRun}`,
    `error: Consumer schema "read-leads" reads from manifest "crm", which is not among the files given: ${notRun}`,
    'error: Consumer schema "read-contacts" may not read public schema "contacts": manifest "crm" lets sales consume it, and this one is "accounts"',
  ])
})

test('nothing of a repository is executed or followed, and a name of one’s own stays one’s own', async () => {
  const trap = join(folder(), 'sprung')
  const { remote, copies, read, root } = setting(
    {
      'rejot-manifest.json': manifest({ slug: 'accounts', publishes: [{ name: 'stolen' }] }),
      'other/rejot-manifest.json': JSON.stringify({
        slug: 'other',
        manifestVersion: 1,
        workspaces: ['../../../../secret.json'],
      }),
      '.gitattributes': '* filter=trap\n',
    },
    { slug: 'accounts', publishes: [{ name: 'people' }] },
  )
  for (const hook of ['post-checkout', 'post-merge', 'reference-transaction'])
    writeFiles(remote, { [`.git/hooks/${hook}`]: `#!/bin/sh\ntouch ${trap}\n` })
  git(remote, 'config', 'filter.trap.smudge', `touch ${trap}`)
  mkdirSync(join(remote, 'link'))
  symlinkSync('/etc/hostname', join(remote, 'link', 'rejot-manifest.json'))
  commit(remote, {})
  // Where copies lie may be a repository too.
  writeFiles(root, { '.git/HEAD': '', 'secret.json': manifest({ slug: 'secret' }) })
  await copies.fetch(remote)
  const { team, problems } = await read()
  assert.equal(existsSync(trap), false)
  assert.deepEqual(
    team.manifests.map(({ slug }) => slug),
    ['other'],
  )
  assert.deepEqual([team.publicSchemas, problems], [[], []])
  const [outside = '', second = ''] = team.faults.toSorted()
  assert.equal(team.faults.length, 2, 'a link is none of its manifests')
  assert.match(outside, /^Cannot read .*secret.json: it lies outside of/)
  assert.match(second, /^Manifest "accounts" is a second one of this name/)
})

test('an address is what git clone takes, without a password, a program or an option in it', () => {
  for (const [typed, name] of [
    ['https://git.harbor.test/harbor/crm.git', 'harbor/crm'],
    [' git@git.harbor.test:harbor/crm.git ', 'harbor/crm'],
    ['ssh://git@git.harbor.test:2222/harbor/crm', 'harbor/crm'],
    ['/srv/git/crm.git', 'git/crm'],
    ['/srv/git/crm.git#next/2', 'git/crm, next/2'],
  ] as const) {
    const read = readTeamAddress(typed)
    assert.ok(read.ok && read.name === name && read.address === typed.trim().split('#')[0], typed)
  }
  for (const typed of [
    '',
    'crm',
    '../crm',
    '--upload-pack=touch /tmp/x',
    'ext::sh -c touch% /tmp/x',
    'ssh://-oProxyCommand=x/crm',
    'git@a:b\nc',
    '-u@host:path',
    '/srv/crm#',
    '/srv/crm#-x',
    '/srv/crm#a:b',
    '/srv/crm#a..b',
  ])
    assert.equal(readTeamAddress(typed).ok, false, typed)
  for (const password of ['s3cret', 's3#cret']) {
    const secret = readTeamAddress(`https://ada:${password}@git.harbor.test/crm`)
    assert.ok(!secret.ok && /holds a password/.test(secret.fault) && !secret.fault.includes('s3'))
  }
})

test('the list of them is edited in place', () => {
  const settings = '{ "history": { "days": 3.0 } }\n'
  const one = addAddress(settings, '/srv/crm.git')
  assert.deepEqual(listedAddresses(one), ['/srv/crm.git'])
  assert.match(one, /"days": 3\.0/)
  assert.equal(removeAddress(one, '/srv/crm.git'), settings)
  assert.deepEqual(listedAddresses(addAddress(undefined, '/a')), ['/a'])
  const both = addAddress(one, '/srv/crm.git#next')
  assert.deepEqual(JSON.parse(both).repositories, [{ url: '/srv/crm.git' }, { url: '/srv/crm.git', branch: 'next' }])
  assert.deepEqual(listedAddresses(removeAddress(both, '/srv/crm.git')), ['/srv/crm.git#next'])
  assert.equal(removeAddress(both, '/srv/crm.git#next'), one)
  for (const text of [undefined, '', '[]', '{"repositories": 7}', '{"repositories": [7]}'])
    assert.deepEqual(listedAddresses(text), [], text)
})
