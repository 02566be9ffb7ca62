import assert from 'node:assert/strict'
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { waitFor } from '../../sync-core/testing/wait-for.ts'
import { openFileJournal } from './file-journal.ts'
import type { FileChange } from './replace-files.ts'

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

function opened() {
  const folder = mkdtempSync(join(tmpdir(), 'rejot-journal-'))
  const journalPath = join(folder, 'applying.json')
  const file = (name: string) => join(folder, name)
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)
  return { folder, journalPath, file, read, journal: openFileJournal(journalPath, silent) }
}

test('several files change together, or none of them', async () => {
  const { journal, file, read } = opened()
  writeFileSync(file('a'), 'old a')
  writeFileSync(file('b'), 'somebody else')
  const changes: FileChange[] = [
    { path: file('new/c'), before: undefined, after: 'new c' },
    { path: file('a'), before: 'old a', after: 'new a' },
    { path: file('b'), before: 'old b', after: 'new b' },
  ]
  await assert.rejects(journal.replace(changes), /changed meanwhile/)
  assert.deepEqual([read(file('new/c')), read(file('a')), read(file('b'))], [undefined, 'old a', 'somebody else'])
  writeFileSync(file('b'), 'old b')
  await journal.replace(changes)
  assert.deepEqual([read(file('new/c')), read(file('a')), read(file('b'))], ['new c', 'new a', 'new b'])
})

test('what SIGKILL cut off is taken back when the program starts again', async () => {
  for (const stuck of [1, 2]) {
    const { journalPath, file, read } = opened()
    const paths = ['schemas/one.sql', 'settings', 'manifest'].map(file)
    const [made = '', ...present] = paths
    for (const path of present) writeFileSync(path, 'before')
    // Reading a pipe that nobody writes into never ends: that is how far the process gets.
    const pipe = paths[stuck] ?? ''
    rmSync(pipe)
    execFileSync('mkfifo', [pipe])
    const child = fork(join(import.meta.dirname, 'file-journal.fixture.ts'), [journalPath, ...paths], {
      stdio: 'ignore',
    })
    try {
      await waitFor(() => read(paths[stuck - 1] ?? '') === 'after', { what: 'the file before the pipe' })
    } finally {
      child.kill('SIGKILL')
    }
    await once(child, 'exit')
    rmSync(pipe)
    writeFileSync(pipe, 'before')
    await openFileJournal(journalPath, silent).recover()
    assert.deepEqual([read(made), ...present.map(read)], [undefined, 'before', 'before'])
  }
})

test('a file that somebody has changed since is left alone, and so are the others', async () => {
  const { journalPath, file, read } = opened()
  writeFileSync(file('a'), 'new a')
  writeFileSync(file('b'), 'edited by hand')
  const changes = ['a', 'b'].map((name) => ({ path: file(name), before: `old ${name}`, after: `new ${name}` }))
  writeFileSync(journalPath, JSON.stringify(changes))
  await openFileJournal(journalPath, silent).recover()
  assert.deepEqual([read(file('a')), read(file('b'))], ['new a', 'edited by hand'])
  assert.deepEqual(JSON.parse(readFileSync(journalPath, 'utf8')), [])
})
