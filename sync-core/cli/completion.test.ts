import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderWith, runCli } from './run-cli.fixture.ts'
import { commandNames } from './usage.ts'

test('bash completes commands, their options, and leaves paths to itself', async () => {
  const folder = await folderWith({})
  const { code, out } = await runCli(folder, ['completion', 'bash'])
  assert.equal(code, 0)
  await writeFile(join(folder, 'rejot.bash'), out)
  const complete = (...words: readonly string[]): readonly string[] => {
    const script = `source rejot.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rejot; printf '%s\\n' "\${COMPREPLY[@]}"`
    const text = execFileSync('bash', ['--norc', '-c', script, 'bash', ...words], { cwd: folder, encoding: 'utf8' })
    return text.split('\n').filter((line) => line !== '')
  }
  assert.deepEqual(complete('rejot', ''), ['help', ...commandNames])
  assert.deepEqual(complete('rejot', 'va'), ['validate'])
  assert.deepEqual(complete('rejot', 'validate', '--s'), ['--strict'])
  assert.deepEqual(complete('rejot', 'fmt', '--check', 'a.json', '--'), ['--check', '--json'])
  assert.deepEqual(complete('rejot', 'fmt', ''), [])
  assert.deepEqual(complete('rejot', 'help', 'fm'), ['fmt'])
})

test('zsh and fish get every command too, and no other shell does', async () => {
  const folder = await folderWith({})
  for (const shell of ['zsh', 'fish']) {
    const { code, out } = await runCli(folder, ['completion', shell])
    assert.equal(code, 0)
    for (const name of commandNames) assert.match(out, new RegExp(`\\b${name}\\b`))
  }
  const { code, err } = await runCli(folder, ['completion', 'tcsh'])
  assert.equal(code, 2)
  assert.ok(err.startsWith('For which shell? Name one of bash, zsh, fish'))
})
