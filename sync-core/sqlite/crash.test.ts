import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { crashEpoch } from './testing/crash-epochs.ts'
import { createModel, derivedOf, modelSchemas } from './testing/model.ts'
import { openStore, readAll, storeFolder } from './testing/store-folder.ts'

const script = fileURLToPath(new URL('./testing/write-for-ever.ts', import.meta.url))

// A line is written after each step, so a kill falls between the chunks of an epoch as often as around its close.
for (const [seed, lines] of [5, 17, 40, 83, 150, 222].entries()) {
  test(`SIGKILL after ${lines} lines leaves exactly the closed epochs`, async (t) => {
    const stateDir = storeFolder(t)
    const child = spawn(process.execPath, [script, stateDir, String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => child.kill('SIGKILL'))
    const said = await killAfter(child, lines)

    const store = openStore(t, stateDir)
    const closed = store.sources.read('source')?.throughLsn ?? 0
    const heard = said.filter((line) => line.startsWith('close')).length
    assert.ok(closed >= heard, `${heard} epochs were said to be on disk, ${closed} are`)

    const model = createModel()
    for (let epoch = 1; epoch <= closed; epoch++) model.close(crashEpoch(fc, seed, epoch))
    assert.deepEqual(readAll(store, 'source', modelSchemas), model.epochs)
    const writer = store.openEpoch('source')
    assert.deepEqual(derivedOf(writer), model.derived())
    writer.discard()
  })
}

async function killAfter(child: ChildProcess, lines: number): Promise<string[]> {
  assert.ok(child.stdout)
  const said: string[] = []
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    said.push(line)
    if (said.length === lines) child.kill('SIGKILL')
  }
  const [, signal] = await exited
  assert.equal(signal, 'SIGKILL')
  return said
}
