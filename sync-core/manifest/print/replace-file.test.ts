import assert from 'node:assert/strict'
import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FailureError } from '../../domain/failure.ts'
import { replaceFile } from './replace-file.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rejot-replace-test-'))
  after(() => rm(path, { recursive: true, force: true }))
  return path
}

test('a file without a change is not touched', async () => {
  const path = join(await folder(), 'a.json')
  await writeFile(path, '{}\n')
  const before = await stat(path, { bigint: true })
  assert.equal(await replaceFile(path, await readFile(path), '{}\n'), false)
  const after = await stat(path, { bigint: true })
  assert.deepEqual([after.ino, after.mtimeNs], [before.ino, before.mtimeNs])
})

test('a replaced file keeps its mode, and a link still leads to it', async () => {
  const own = await folder()
  const [path, link] = [join(own, 'a.json'), join(own, 'link.json')]
  await writeFile(path, 'old')
  await chmod(path, 0o664)
  await symlink('a.json', link)
  assert.equal(await replaceFile(link, await readFile(path), 'new'), true)
  assert.equal(await readFile(path, 'utf8'), 'new')
  assert.equal((await stat(path)).mode & 0o777, 0o664)
  assert.ok((await lstat(link)).isSymbolicLink())
  assert.deepEqual((await readdir(own)).sort(), ['a.json', 'link.json'])
})

test('what somebody else wrote meanwhile is not lost', async () => {
  const own = await folder()
  const path = join(own, 'a.json')
  await writeFile(path, 'theirs')
  for (const before of [Buffer.from('old'), undefined]) {
    await assert.rejects(replaceFile(path, before, 'ours'), (error) => {
      assert.ok(error instanceof FailureError)
      assert.equal(error.failure.message, `Cannot write ${path}: it was changed meanwhile`)
      return true
    })
  }
  assert.deepEqual([await readFile(path, 'utf8'), await readdir(own)], ['theirs', ['a.json']])
})

test('a new file is made, and a folder that is not there is said', async () => {
  const own = await folder()
  assert.equal(await replaceFile(join(own, 'new.json'), undefined, 'new'), true)
  assert.equal(await readFile(join(own, 'new.json'), 'utf8'), 'new')
  await assert.rejects(replaceFile(join(own, 'lost', 'new.json'), undefined, 'new'), /Cannot write .*: ENOENT/)
})
