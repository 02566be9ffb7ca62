import assert from 'node:assert/strict'
import { chmodSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Refusal } from '../ipc/refusal.ts'
import { git } from '../testing/git.ts'
import { writeFiles } from '../testing/write-files.ts'
import { initWorkspaceRepository, openWorkspaceRepository } from './open-workspace-repository.ts'
import { committedWorkspace, folder, manifest, manifestPath } from './testing/git-folders.ts'
import { undoCommit } from './undo-commit.ts'
import type { WorkspaceRepository } from './workspace-repository.ts'

/** Runs something on a computer of which this is the environment. */
async function within<Result>(
  change: Readonly<Record<string, string | undefined>>,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = Object.fromEntries(Object.keys(change).map((name) => [name, process.env[name]]))
  const set = (values: Readonly<Record<string, string | undefined>>) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
  set(change)
  try {
    return await work()
  } finally {
    set(before)
  }
}

const nowhere = folder()
const computers = {
  'with git': <Result>(work: () => Promise<Result>) => work(),
  'without git': <Result>(work: () => Promise<Result>) => within({ PATH: nowhere }, work),
}
const withoutGit = computers['without git']

async function opened(root: string): Promise<WorkspaceRepository> {
  const repository = await openWorkspaceRepository(root)
  assert.ok(typeof repository === 'object')
  return repository
}

async function state(root: string) {
  return (await opened(root)).read([join(root, manifestPath)])
}

function refusal(pattern: RegExp) {
  return (error: unknown) => error instanceof Refusal && pattern.test(error.message)
}

/** What git itself finds wrong with a repository; `--strict` also dislikes trees that are out of order. */
function isSound(root: string): void {
  assert.equal(git(root, 'fsck', '--full', '--strict', '--no-dangling', '--no-progress').trim(), '')
}

for (const [where, on] of Object.entries(computers)) {
  test(`${where}, a folder without a repository says so, and becomes one that is committed to`, () =>
    on(async () => {
      const root = folder()
      assert.equal(await openWorkspaceRepository(root), 'no-repository')
      await initWorkspaceRepository(root)
      writeFiles(root, { [manifestPath]: manifest() })
      const { head, branch, files, hasRemote, hasGit } = await state(root)
      assert.deepEqual([head, hasRemote, hasGit], [undefined, false, where === 'with git'])
      assert.ok(branch !== undefined)
      assert.deepEqual(files, [{ path: manifestPath, kind: 'manifest', state: 'added' }])
      await (await opened(root)).commit({ paths: [manifestPath], message: 'Begin' })
      assert.equal(git(root, 'log', '--format=%an <%ae> %s').trim(), 'Ada <ada@harbor.test> Begin')
      assert.equal(git(root, 'status', '--short'), '')
      isSound(root)
    }))

  test(`${where}, only files of the workspace are shown, what others changed is counted`, () =>
    on(async () => {
      const root = committedWorkspace({ '.gitignore': 'ignored/\n' })
      writeFiles(root, {
        'README.md': 'changed\n',
        'new.txt': 'x\n',
        'ignored/new.txt': 'x\n',
        [manifestPath]: manifest(['id', 'name', 'mail'], 1),
        'data/schemas/people.sql': 'select 2\n',
        'data/rejot-desktop.json': '{}\n',
      })
      const { files, otherChanges, differences, head, branch } = await state(root)
      assert.deepEqual(
        files.map(({ path, kind, state: of }) => [path, kind, of]),
        [
          ['data/rejot-desktop.json', 'settings', 'added'],
          [manifestPath, 'manifest', 'changed'],
          ['data/schemas/people.sql', 'definition', 'changed'],
        ],
      )
      assert.deepEqual([otherChanges, head?.subject, branch], [1, 'Begin', 'main'])
      assert.deepEqual(
        differences.map(({ id, version, changes, fault }) => ({ id, version, changes, fault })),
        [{ id: '@harbor/crm/people@1', version: '1.0 → 1.1', changes: ['has a new column "mail"'], fault: undefined }],
      )
    }))

  test(`${where}, a commit takes what was chosen, and leaves what others staged staged`, () =>
    on(async () => {
      // Names that git sorts in its own way, which a tree out of order would show.
      const root = committedWorkspace({ 'data.txt': 'x\n', 'data-old/x': 'x\n', 'data/schemas.md': 'x\n' })
      git(root, 'pack-refs', '--all')
      git(root, 'gc', '--quiet')
      writeFiles(root, {
        'README.md': 'staged by somebody\n',
        [manifestPath]: manifest(['id', 'name', 'mail'], 1),
        'data/schemas/people.sql': 'select 2\n',
        'data/rejot-desktop.json': '{}\n',
      })
      git(root, 'add', 'README.md')
      const message = 'Add the mail\n\nSales asked for it.'
      const paths = [manifestPath, 'data/rejot-desktop.json']
      await (await opened(root)).commit({ paths, message })
      assert.equal(git(root, 'log', '-1', '--format=%B').trim(), message)
      assert.deepEqual(git(root, 'show', '--name-only', '--format=').trim().split('\n'), paths.toSorted())
      assert.equal(git(root, 'status', '--short'), 'M  README.md\n M data/schemas/people.sql\n')
      assert.deepEqual(
        (await state(root)).files.map(({ path }) => path),
        ['data/schemas/people.sql'],
      )
      isSound(root)
    }))

  test(`${where}, a file that is gone is committed as gone`, () =>
    on(async () => {
      const root = committedWorkspace()
      rmSync(join(root, 'data/schemas/people.sql'))
      const removed = { path: 'data/schemas/people.sql', kind: 'definition', state: 'removed' }
      assert.deepEqual((await state(root)).files, [removed])
      await (await opened(root)).commit({ paths: ['data/schemas/people.sql'], message: 'Drop it' })
      assert.equal(git(root, 'status', '--short'), '')
      assert.equal(git(root, 'ls-tree', '-r', '--name-only', 'HEAD'), `README.md\n${manifestPath}\n`)
      isSound(root)
    }))

  test(`${where}, a secret in a new line stops the commit and shows where, an old one does not`, () =>
    on(async () => {
      const settings = 'data/rejot-desktop.json'
      const root = committedWorkspace({ [settings]: '{\n  "password": "old",\n  "a": 0\n}\n' })
      writeFiles(root, { [settings]: '{\n  "password": "old",\n  "a": 1,\n  "password": "s3cret"\n}\n' })
      assert.deepEqual((await state(root)).secrets, [{ path: settings, line: 4, what: 'a password' }])
      const committing = (await opened(root)).commit({ paths: [settings], message: 'Try' })
      await assert.rejects(committing, refusal(/line 4 of data\/rejot-desktop\.json holds a password/))
      await assert.rejects(committing, (error) => !JSON.stringify(error).includes('s3cret'))
      assert.equal(git(root, 'rev-list', '--count', 'HEAD').trim(), '1')
    }))

  test(`${where}, a file is had as it was and as it is`, () =>
    on(async () => {
      const root = committedWorkspace()
      writeFiles(root, { 'data/schemas/people.sql': 'select 2\n', 'data/new.sql': 'select 3\n' })
      const repository = await opened(join(root, 'data'))
      assert.deepEqual(await repository.versions('data/schemas/people.sql'), {
        before: 'select 1\n',
        after: 'select 2\n',
      })
      assert.deepEqual(await repository.versions('data/new.sql'), { before: undefined, after: 'select 3\n' })
    }))

  test(`${where}, nothing without a message or a file, and nothing that does not differ, is committed`, () =>
    on(async () => {
      const repository = await opened(committedWorkspace())
      await assert.rejects(repository.commit({ paths: [], message: 'Try' }), refusal(/no file is chosen/))
      await assert.rejects(repository.commit({ paths: [manifestPath], message: ' ' }), refusal(/no message/))
      await assert.rejects(repository.commit({ paths: [manifestPath], message: 'Try' }), refusal(/^Cannot commit: /))
    }))
}

test('without git, reading a repository writes nothing to it', () =>
  withoutGit(async () => {
    const root = committedWorkspace()
    const index = git(root, 'hash-object', '.git/index')
    // Written again: another time, the same content.
    writeFiles(root, { [manifestPath]: manifest() })
    assert.deepEqual((await state(root)).files, [])
    assert.equal(git(root, 'hash-object', '.git/index'), index)
  }))

test('without git, who commits is asked where no setting says it, and kept', () => {
  const root = committedWorkspace()
  const other = committedWorkspace()
  return within({ GIT_AUTHOR_NAME: undefined, GIT_AUTHOR_EMAIL: undefined, PATH: nowhere }, async () => {
    writeFiles(root, { [manifestPath]: manifest(['id'], 1) })
    assert.equal((await state(root)).asksAuthor, true)
    const repository = await opened(root)
    const request = { paths: [manifestPath], message: 'Try' }
    await assert.rejects(repository.commit(request), refusal(/nobody has said who does it/))
    await repository.commit({ ...request, author: { name: 'Grace', email: 'grace@harbor.test' } })
    assert.equal(git(root, 'log', '-1', '--format=%an <%ae>').trim(), 'Grace <grace@harbor.test>')
    assert.equal((await state(root)).asksAuthor, false)
    assert.equal(git(root, 'config', 'user.name').trim(), 'Grace')
    // The person's own file is looked at too.
    const global = join(folder(), 'gitconfig')
    git(other, 'config', '--file', global, 'user.name', 'Edsger')
    git(other, 'config', '--file', global, 'user.email', 'edsger@harbor.test')
    await within({ GIT_CONFIG_GLOBAL: global }, async () => assert.equal((await state(other)).asksAuthor, false))
  })
})

const hook = '#!/bin/sh\nexit 1\n'
/** What of a repository a commit without git would pass over, and the reason that is given. */
const beyond: Readonly<Record<string, readonly [(root: string) => unknown, RegExp]>> = {
  'a hook': [(root) => executable(root, '.git/hooks/pre-commit'), /its hook pre-commit would not run/],
  'a hook in another folder': [
    (root) => [executable(root, '.githooks/commit-msg'), git(root, 'config', 'core.hooksPath', '.githooks')],
    /its hook commit-msg would not run/,
  ],
  'a signature': [(root) => git(root, 'config', 'commit.gpgSign', 'true'), /its commits are signed/],
  'a signature in one line': [
    (root) => writeFiles(root, { '.git/config': '[core]\n\tbare = false\n[commit] gpgSign = true\n' }),
    /where only git reads them/,
  ],
  'an included file': [(root) => git(root, 'config', 'include.path', '../x'), /where only git reads them/],
  'a filter': [(root) => writeFiles(root, { 'data/.gitattributes': '*.json filter=lfs\n' }), /git converts files like/],
  'line ends': [
    (root) => writeFiles(root, { '.gitattributes': '* text=auto\n', [manifestPath]: `${manifest(['id'])}\r\n` }),
    /git converts the line ends of/,
  ],
  'a merge': [(root) => git(root, 'update-ref', 'MERGE_HEAD', 'HEAD'), /a merge is under way/],
  'another program': [(root) => writeFiles(root, { '.git/index.lock': '' }), /another program works in the repository/],
  'no branch': [(root) => git(root, 'checkout', '--quiet', '--detach'), /this is no branch/],
  'an index in parts': [(root) => git(root, 'update-index', '--split-index'), /its index lies in several files/],
  'a link': [
    (root) => [rmSync(join(root, manifestPath)), symlinkSync('../README.md', join(root, manifestPath))],
    /is a link/,
  ],
}

function executable(root: string, path: string): void {
  writeFiles(root, { [path]: hook })
  chmodSync(join(root, path), 0o755)
}

for (const [what, [prepare, reason]] of Object.entries(beyond)) {
  test(`without git, a commit that would pass over ${what} is refused`, () =>
    withoutGit(async () => {
      const root = committedWorkspace()
      writeFiles(root, { [manifestPath]: manifest(['id'], 1) })
      prepare(root)
      const committing = (await opened(root)).commit({ paths: [manifestPath], message: 'Try' })
      await assert.rejects(committing, refusal(reason))
      assert.equal(git(root, 'rev-list', '--count', 'HEAD').trim(), '1')
    }))
}

test('without git, a repository that it cannot read is said to be one', () =>
  withoutGit(async () => {
    const tree = join(folder(), 'tree')
    git(committedWorkspace(), 'worktree', 'add', '--quiet', tree)
    await assert.rejects(openWorkspaceRepository(tree), refusal(/it is a linked work tree or a submodule/))
    const newer = folder()
    git(newer, 'init', '--quiet', '--object-format=sha256')
    await assert.rejects(openWorkspaceRepository(newer), refusal(/it is of a newer format/))
  }))

test('without git, what takes git is refused', () =>
  withoutGit(async () => {
    const repository = await opened(committedWorkspace())
    await assert.rejects(async () => repository.withGit(undoCommit), refusal(/git is not installed/))
  }))

test('a git that only asks to be installed is none', async () => {
  const bin = folder()
  writeFiles(bin, { git: '#!/bin/sh\necho "xcode-select: note: No developer tools were found" >&2\nexit 1\n' })
  chmodSync(join(bin, 'git'), 0o755)
  await within({ PATH: bin }, async () => assert.equal((await state(committedWorkspace())).hasGit, false))
})
