import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const home = mkdtempSync(join(tmpdir(), 'rejot-headless-'))
chmodSync(home, 0o755)
after(() => rmSync(home, { recursive: true, force: true }))

test('without a window the sample shows rows that arrive, and Ctrl-C ends it in order', async () => {
  const script = fileURLToPath(new URL('./run-headless.ts', import.meta.url))
  const child = spawn(process.execPath, [script, '--folder', join(home, 'sample')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    // 400 accounts are there at first, and the writer adds more.
    if (Number(/rows applied (\d+)/.exec(line.replaceAll(',', ''))?.[1]) > 400) child.kill('SIGINT')
  }
  assert.deepEqual(await exited, [0, null], `${lines.join('\n')}\n${complaints}`)
  assert.equal(complaints, '')
  assert.equal(lines.at(-1), 'Stopping …')
})

test('an unknown argument is refused', async () => {
  const script = fileURLToPath(new URL('./run-headless.ts', import.meta.url))
  const child = spawn(process.execPath, [script, '--fodler', 'x'], { stdio: 'ignore' })
  assert.deepEqual(await once(child, 'exit'), [1, null])
})
