import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Refusal } from '../ipc/refusal.ts'
import { git } from '../testing/git.ts'
import { writeFiles } from '../testing/write-files.ts'
import { createBranch, listBranches, switchBranch } from './branches.ts'
import { commitFiles } from './commit-files.ts'
import { readConflicts, resolveConflicts } from './conflicts.ts'
import { discardFile } from './discard-file.ts'
import { findSecrets } from './find-secrets.ts'
import { openRepository, type Repository } from './open-repository.ts'
import { readRepository } from './read-repository.ts'
import { abortOperation, continueRebase, pull, push } from './remote.ts'
import { committedWorkspace, folder, manifest, manifestPath } from './testing/git-folders.ts'
import { undoCommit } from './undo-commit.ts'

async function repositoryWith(files: Readonly<Record<string, string>> = {}): Promise<Repository> {
  return opened(committedWorkspace(files))
}

async function opened(root: string): Promise<Repository> {
  const repository = await openRepository(root)
  assert.ok(typeof repository === 'object')
  return repository
}

function state(repository: Repository) {
  return readRepository(repository, [join(repository.root, manifestPath)])
}

function refusal(pattern: RegExp) {
  return (error: unknown) => error instanceof Refusal && pattern.test(error.message)
}

test('without git on this computer that is said', async () => {
  const { PATH } = process.env
  process.env.PATH = folder()
  try {
    assert.equal(await openRepository(folder()), 'no-git')
  } finally {
    process.env.PATH = PATH
  }
})

test('a contract that breaks under its version, and SQL behind one that does not, are told', async () => {
  const repository = await repositoryWith()
  writeFiles(repository.root, { [manifestPath]: manifest(['id'], 0, 'select 2') })
  const [difference, ...more] = (await state(repository)).differences
  assert.deepEqual(more, [])
  assert.deepEqual(difference?.changes, ['no longer has column "name"', 'has other SQL for people'])
  assert.match(difference?.fault ?? '', /publish it as 2\.0/)
  writeFiles(repository.root, { [manifestPath]: manifest(['id', 'name'], 0, 'select 2') })
  assert.deepEqual(
    (await state(repository)).differences.map(({ changes }) => changes),
    [['has other SQL for people']],
  )
})

test('a commit takes what was chosen, and leaves what others staged staged', async () => {
  const repository = await repositoryWith()
  const { root } = repository
  writeFiles(root, {
    'README.md': 'staged by somebody\n',
    [manifestPath]: manifest(['id', 'name', 'mail'], 1),
    'data/schemas/people.sql': 'select 2\n',
    'data/rejot-desktop.json': '{}\n',
  })
  git(root, 'add', 'README.md')
  await commitFiles(repository, {
    paths: [manifestPath, 'data/rejot-desktop.json'],
    message: 'Add the mail\n\nSales asked for it.',
  })
  assert.equal(git(root, 'log', '-1', '--format=%B').trim(), 'Add the mail\n\nSales asked for it.')
  assert.deepEqual(git(root, 'show', '--name-only', '--format=').trim().split('\n'), [
    'data/rejot-desktop.json',
    manifestPath,
  ])
  assert.equal(git(root, 'status', '--short'), 'M  README.md\n M data/schemas/people.sql\n')

  assert.deepEqual(await undoCommit(repository), { message: 'Add the mail\n\nSales asked for it.' })
  assert.equal(
    git(root, 'status', '--short', '-uall'),
    `M  README.md\n M ${manifestPath}\n M data/schemas/people.sql\n?? data/rejot-desktop.json\n`,
  )
})

test('a hook that refuses is quoted, and nothing stays staged', async () => {
  const repository = await repositoryWith()
  const hook = join(repository.root, '.git', 'hooks', 'pre-commit')
  writeFiles(repository.root, { '.git/hooks/pre-commit': '#!/bin/sh\necho "contracts need a ticket" >&2\nexit 1\n' })
  chmodSync(hook, 0o755)
  writeFiles(repository.root, { [manifestPath]: manifest(['id'], 1), 'data/rejot-desktop.json': '{}\n' })
  const committing = commitFiles(repository, { paths: [manifestPath, 'data/rejot-desktop.json'], message: 'Try' })
  await assert.rejects(
    committing,
    (error) => error instanceof Refusal && /contracts need a ticket/.test(error.failure.details ?? ''),
  )
  assert.equal(git(repository.root, 'status', '--short', '-uall'), ` M ${manifestPath}\n?? data/rejot-desktop.json\n`)
})

test('a hook that refuses without a word is no commit', async () => {
  const repository = await repositoryWith({ 'data/rejot-desktop.json': '{}\n' })
  writeFiles(repository.root, { '.git/hooks/pre-commit': '#!/bin/sh\nexit 1\n', [manifestPath]: manifest(['id'], 1) })
  chmodSync(join(repository.root, '.git', 'hooks', 'pre-commit'), 0o755)
  const committing = commitFiles(repository, { paths: [manifestPath], message: 'Try' })
  await assert.rejects(committing, refusal(/^Cannot commit/))
})

const lines: readonly (readonly [string, boolean])[] = [
  ['  "password": "hunter2",', true],
  [`  "password": "\${env:REJOT_CRM_PASSWORD}",`, false],
  ['-- postgres://ada:lovelace@db/crm', true],
  ['-- postgres://ada@db/crm', false],
  ["alter role rejot password 'x1y2'", true],
  ['host=db password=abc', true],
  ['-----BEGIN RSA PRIVATE KEY-----', true],
  ['select password from account where id = :id', false],
  ['ghp_0123456789abcdefghij', true],
]
for (const [line, isSecret] of lines) {
  test(`${isSecret ? 'a secret' : 'no secret'}: ${line}`, () => {
    assert.equal(findSecrets('f', '', line).length, isSecret ? 1 : 0)
  })
}

test('branches are made, listed and gone to', async () => {
  const repository = await repositoryWith()
  await createBranch(repository, 'add-mail')
  assert.equal((await state(repository)).branch, 'add-mail')
  assert.deepEqual((await listBranches(repository)).toSorted(), ['add-mail', 'main'])
  await switchBranch(repository, 'main')
  assert.equal((await state(repository)).branch, 'main')
  await assert.rejects(switchBranch(repository, 'nowhere'), refusal(/Cannot switch to "nowhere"/))
  await assert.rejects(createBranch(repository, 'two words'), refusal(/Cannot make the branch/))
})

/** Two clones of one remote: ours and a teammate's. */
async function twoClones() {
  const first = await repositoryWith()
  const remote = folder()
  git(remote, 'init', '--quiet', '--bare', '--initial-branch', 'main')
  git(first.root, 'remote', 'add', 'origin', remote)
  await push(first)
  const theirs = folder()
  git(theirs, 'clone', '--quiet', remote, '.')
  return { ours: first, theirs }
}

function commitThere(root: string, files: Readonly<Record<string, string>>): void {
  writeFiles(root, files)
  git(root, 'commit', '--quiet', '--all', '--message', 'Theirs')
  git(root, 'push', '--quiet')
}

test('what is pushed arrives, what they pushed is pulled, and a push before that is refused in words', async () => {
  const { ours, theirs } = await twoClones()
  assert.deepEqual((await state(ours)).upstream, { name: 'origin/main', ahead: 0, behind: 0 })
  commitThere(theirs, { 'README.md': 'theirs\n' })
  writeFiles(ours.root, { [manifestPath]: manifest(['id', 'name', 'mail'], 1) })
  await commitFiles(ours, { paths: [manifestPath], message: 'Ours' })
  assert.equal((await state(ours)).head?.isPushed, false)
  await assert.rejects(push(ours), refusal(/the remote has commits that are not here/))
  assert.deepEqual(await pull(ours), { conflicts: [] })
  await push(ours)
  git(theirs, 'pull', '--quiet')
  assert.equal(readFileSync(join(theirs, manifestPath), 'utf8'), manifest(['id', 'name', 'mail'], 1))
  const merged = (await state(ours)).head
  assert.deepEqual([merged?.isPushed, merged?.parents], [true, 2])
  await assert.rejects(undoCommit(ours), refusal(/it is a merge/))
  writeFiles(ours.root, { [manifestPath]: manifest(['id', 'name'], 1) })
  await commitFiles(ours, { paths: [manifestPath], message: 'Without the mail' })
  await push(ours)
  await assert.rejects(undoCommit(ours), refusal(/it is pushed, others may have it/))
})

test('a pull that conflicts says with what, is committed whole once it is settled, or taken back', async () => {
  const { ours, theirs } = await twoClones()
  commitThere(theirs, { [manifestPath]: manifest(['id', 'name', 'phone'], 1) })
  const mine = manifest(['id', 'name', 'mail'], 1)
  writeFiles(ours.root, { [manifestPath]: mine })
  await commitFiles(ours, { paths: [manifestPath], message: 'Ours' })
  assert.deepEqual(await pull(ours), { conflicts: [manifestPath] })
  const conflicted = await state(ours)
  assert.equal(conflicted.operation, 'merge')
  assert.equal(conflicted.files[0]?.state, 'conflicted')

  await abortOperation(ours)
  assert.equal(readFileSync(join(ours.root, manifestPath), 'utf8'), mine)
  assert.equal((await state(ours)).operation, undefined)

  await pull(ours)
  const conflicts = await readConflicts(ours, manifestPath)
  assert.deepEqual(
    conflicts.map(({ title, changes }) => ({ title, ...changes })),
    [
      {
        title: 'public schema people@1',
        ours: ['goes from 1.0 to 1.1', 'has a new column "mail"'],
        theirs: ['goes from 1.0 to 1.1', 'has a new column "phone"'],
      },
    ],
  )
  await assert.rejects(resolveConflicts(ours, manifestPath, new Map()), refusal(/people@1 is not decided/))
  await resolveConflicts(ours, manifestPath, new Map([['publicSchemas/people@1', 'theirs']]))
  assert.deepEqual(
    JSON.parse(readFileSync(join(ours.root, manifestPath), 'utf8')),
    JSON.parse(manifest(['id', 'name', 'phone'], 1)),
  )
  await commitFiles(ours, { paths: [manifestPath], message: 'Both' })
  assert.equal(git(ours.root, 'rev-list', '--parents', '-n', '1', 'HEAD').trim().split(' ').length, 3)
  assert.equal(git(ours.root, 'status', '--short'), '')
})

const definition = (columns: string) => `select ${columns}\n`
const definitionPath = 'data/schemas/people.sql'

/** Two people who change one contract, in its manifest and in its definition file; ours is not pulled yet. */
async function bothChange() {
  const { ours, theirs } = await twoClones()
  commitThere(theirs, { [manifestPath]: manifest(['id', 'phone'], 1), [definitionPath]: definition('phone') })
  const mine = { [manifestPath]: manifest(['id', 'mail'], 1), [definitionPath]: definition('mail') }
  writeFiles(ours.root, mine)
  await commitFiles(ours, { paths: [manifestPath, definitionPath], message: 'Ours' })
  const read = () => ({
    columns: Object.keys(
      JSON.parse(readFileSync(join(ours.root, manifestPath), 'utf8')).publicSchemas[0].outputSchema.properties,
    ),
    definition: readFileSync(join(ours.root, definitionPath), 'utf8'),
  })
  return { ours, theirs, read }
}

test('a definition file goes with what is decided of its schema, and the message of the merge is git’s', async () => {
  const { ours, read } = await bothChange()
  assert.deepEqual((await pull(ours)).conflicts.toSorted(), [manifestPath, definitionPath])
  assert.match((await state(ours)).mergeMessage ?? '', /^Merge branch 'main' of \S+$/)
  await resolveConflicts(ours, manifestPath, new Map([['publicSchemas/people@1', 'theirs']]))
  assert.deepEqual(read(), { columns: ['id', 'phone'], definition: definition('phone') })
  assert.deepEqual(
    (await state(ours)).files.map((file) => file.state),
    ['changed', 'changed'],
  )
  await abortOperation(ours)
  await pull(ours)
  await resolveConflicts(ours, manifestPath, new Map([['publicSchemas/people@1', 'ours']]))
  assert.deepEqual(read(), { columns: ['id', 'mail'], definition: definition('mail') })
  assert.equal(git(ours.root, 'ls-files', '--unmerged'), '')
})

test('where a repository rebases, mine is mine, and the rebase is ended or taken back', async () => {
  const { ours, read } = await bothChange()
  git(ours.root, 'config', 'pull.rebase', 'true')
  assert.equal((await pull(ours)).conflicts.length, 2)
  assert.equal((await state(ours)).operation, 'rebase')
  const [conflict] = await readConflicts(ours, manifestPath)
  assert.match(conflict?.changes.ours.join() ?? '', /mail/)
  assert.match(conflict?.changes.theirs.join() ?? '', /phone/)
  await abortOperation(ours)
  assert.equal((await state(ours)).operation, undefined)
  assert.deepEqual(read(), { columns: ['id', 'mail'], definition: definition('mail') })

  await pull(ours)
  await resolveConflicts(ours, manifestPath, new Map([['publicSchemas/people@1', 'ours']]))
  assert.deepEqual(await continueRebase(ours), { conflicts: [] })
  assert.deepEqual(read(), { columns: ['id', 'mail'], definition: definition('mail') })
  const after = await state(ours)
  assert.deepEqual([after.operation, after.branch, after.files], [undefined, 'main', []])
  assert.equal(git(ours.root, 'log', '--format=%s', '-2').trim(), 'Ours\nTheirs')
})

test('of a rebase in which theirs is taken nothing of mine is left', async () => {
  const { ours, read } = await bothChange()
  git(ours.root, 'config', 'pull.rebase', 'true')
  await pull(ours)
  await resolveConflicts(ours, manifestPath, new Map([['publicSchemas/people@1', 'theirs']]))
  assert.deepEqual(await continueRebase(ours), { conflicts: [] })
  assert.deepEqual(read(), { columns: ['id', 'phone'], definition: definition('phone') })
  const { operation, branch } = await state(ours)
  assert.deepEqual([operation, branch], [undefined, 'main'])
  assert.equal(git(ours.root, 'log', '--format=%s', '-1').trim(), 'Theirs')
})

test('changes are taken back, of a new file too', async () => {
  const repository = await repositoryWith()
  writeFiles(repository.root, { [manifestPath]: '{', 'data/rejot-desktop.json': '{}\n' })
  await discardFile(repository, manifestPath)
  await discardFile(repository, 'data/rejot-desktop.json')
  assert.equal(readFileSync(join(repository.root, manifestPath), 'utf8'), manifest())
  assert.ok(!existsSync(join(repository.root, 'data/rejot-desktop.json')))
})

test('a remote that cannot be reached, and an address with a password, end in a sentence without it', async () => {
  const repository = await repositoryWith()
  await assert.rejects(push(repository), refusal(/the repository has no remote/))
  git(repository.root, 'remote', 'add', 'origin', 'http://ada:lovelace@127.0.0.1:9/none.git')
  await assert.rejects(push(repository), (error) => {
    assert.ok(error instanceof Refusal)
    assert.match(error.message, /Cannot push: the remote cannot be reached/)
    assert.doesNotMatch(JSON.stringify(error.failure), /lovelace/)
    return true
  })
})
