import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Refusal } from '../ipc/refusal.ts'
import { git } from '../testing/git.ts'
import { writeFiles } from '../testing/write-files.ts'
import { commitFiles } from './commit-files.ts'
import { openRepository, type Repository } from './open-repository.ts'
import { pull, push } from './remote.ts'
import { committedWorkspace, folder, manifest, manifestPath } from './testing/git-folders.ts'
import { serveRepository } from './testing/serve-repository.ts'

// What people have set up for their own git, signing and credential helpers, is what counts here too.

async function opened(root: string): Promise<Repository> {
  const repository = await openRepository(root)
  assert.ok(typeof repository === 'object')
  return repository
}

/** A repository whose commits are signed with an SSH key of its own, and where that key is. */
async function signing(passphrase: string) {
  const repository = await opened(committedWorkspace())
  const { root } = repository
  const key = join(folder(), 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'ada', '-f', key])
  const allowed = join(folder(), 'allowed')
  writeFileSync(allowed, `ada@harbor.test ${readFileSync(`${key}.pub`, 'utf8')}`)
  const settings = {
    'commit.gpgsign': 'true',
    'gpg.format': 'ssh',
    'user.signingkey': key,
    'gpg.ssh.allowedSignersFile': allowed,
  }
  for (const [name, value] of Object.entries(settings)) git(root, 'config', name, value)
  writeFiles(root, { [manifestPath]: manifest(['id', 'name', 'mail'], 1) })
  return repository
}

test('where commits are signed with an SSH key, one that is made here is', async () => {
  const repository = await signing('')
  await commitFiles(repository, { paths: [manifestPath], message: 'Add the mail' })
  assert.equal(
    git(repository.root, 'log', '-2', '--format=%G? %GS %s').trim(),
    'G ada@harbor.test Add the mail\nN  Begin',
  )
  git(repository.root, 'verify-commit', 'HEAD')
})

test('a key that is locked ends in a sentence, without a commit and without a question', async () => {
  const repository = await signing('open sesame')
  await assert.rejects(commitFiles(repository, { paths: [manifestPath], message: 'Add the mail' }), (error) => {
    assert.ok(error instanceof Refusal)
    assert.match(error.message, /^Cannot commit: it could not be signed$/)
    return true
  })
  assert.equal(git(repository.root, 'log', '--format=%s').trim(), 'Begin')
  assert.equal(git(repository.root, 'status', '--short'), ` M ${manifestPath}\n`)
})

const password = 'tr0ub4dor-and-3'

/** A clone of a repository that lets in nobody without a password, and what helps git to one. */
async function behindPassword() {
  const first = committedWorkspace()
  const bare = join(folder(), 'contracts.git')
  git(first, 'clone', '--quiet', '--bare', first, bare)
  const served = await serveRepository(bare, { user: 'ada', password })
  const repository = await opened(first)
  git(first, 'remote', 'add', 'origin', served.address)
  git(first, 'config', 'push.default', 'current')
  const asked = join(folder(), 'asked')
  /** A program that tells the name and this password, and writes down what it is asked for. */
  const helpWith = (secret: string) => {
    const helper = join(folder(), 'credential-helper')
    const answer = `if [ "$1" = get ]; then echo username=ada; echo 'password=${secret}'; fi`
    writeFileSync(helper, `#!/bin/sh\necho "$1" >> '${asked}'\n${answer}\n`)
    chmodSync(helper, 0o755)
    git(first, 'config', 'credential.helper', helper)
  }
  const questions = () => (existsSync(asked) ? readFileSync(asked, 'utf8').trim().split('\n') : [])
  return { repository, bare, served, helpWith, questions }
}

function letsNobodyIn(act: string, words: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof Refusal)
    assert.equal(error.message, `Cannot ${act}: the remote does not let this computer in`)
    assert.match(error.failure.solution ?? '', /credential helper/)
    assert.match(error.failure.details ?? '', words)
    const told = `${error.stack} ${JSON.stringify(error.failure)} ${JSON.stringify(error.cause)}`
    assert.ok(!told.includes(password) && !told.includes('wrong-one') && !told.includes(btoa(`ada:${password}`)), told)
    return true
  }
}

test('a credential helper lets push and pull through to a remote that asks for a password', async () => {
  const { repository, bare, served, helpWith, questions } = await behindPassword()
  helpWith(password)
  writeFiles(repository.root, { [manifestPath]: manifest(['id', 'name', 'mail'], 1) })
  await commitFiles(repository, { paths: [manifestPath], message: 'Add the mail' })
  await push(repository)
  assert.equal(git(bare, 'log', '-1', '--format=%s', 'main').trim(), 'Add the mail')
  assert.ok(served.requests.includes(false) && served.requests.includes(true))
  assert.deepEqual([...new Set(questions())], ['get', 'store'])

  const theirs = folder()
  git(theirs, 'clone', '--quiet', bare, '.')
  writeFiles(theirs, { [manifestPath]: manifest(['id', 'name', 'mail', 'phone'], 2) })
  git(theirs, 'commit', '--quiet', '--all', '--message', 'Add the phone')
  git(theirs, 'push', '--quiet')
  assert.deepEqual(await pull(repository), { conflicts: [] })
  assert.equal(git(repository.root, 'log', '-1', '--format=%s').trim(), 'Add the phone')
  assert.ok(!readFileSync(join(repository.root, '.git', 'config'), 'utf8').includes(password))
})

test('without a credential helper nobody is asked: that the remote lets nobody in is said', async () => {
  const { repository, served } = await behindPassword()
  await assert.rejects(push(repository), letsNobodyIn('push', /terminal prompts disabled/))
  git(repository.root, 'config', 'branch.main.remote', 'origin')
  git(repository.root, 'config', 'branch.main.merge', 'refs/heads/main')
  await assert.rejects(pull(repository), letsNobodyIn('pull', /terminal prompts disabled/))
  assert.ok(served.requests.length >= 2 && !served.requests.includes(true))
})

test('a password that is no longer right is in no error, and its helper is told to forget it', async () => {
  const { repository, helpWith, questions } = await behindPassword()
  helpWith('wrong-one')
  await assert.rejects(push(repository), letsNobodyIn('push', /Authentication failed/))
  assert.deepEqual(questions(), ['get', 'erase'])
})

test('a password in the remote’s address lets it through, and is in no error once it is not right', async () => {
  const { repository, bare, served } = await behindPassword()
  const withPassword = (secret: string) => served.address.replace('http://', `http://ada:${secret}@`)
  git(repository.root, 'remote', 'set-url', 'origin', withPassword(password))
  await push(repository)
  assert.equal(git(bare, 'rev-parse', 'main'), git(repository.root, 'rev-parse', 'HEAD'))
  git(repository.root, 'remote', 'set-url', 'origin', withPassword('wrong-one'))
  await assert.rejects(push(repository), letsNobodyIn('push', /Authentication failed/))
})
