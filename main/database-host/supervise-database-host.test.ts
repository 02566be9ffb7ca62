import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { Log } from '../../sync-core/domain/log.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { DatabaseToMain, MainToDatabase } from './database-messages.ts'
import { superviseDatabaseHost } from './supervise-database-host.ts'

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** A supervisor whose processes are lists of what they were told. */
function supervised() {
  const processes: { told: MainToDatabase[]; say(message: DatabaseToMain): void; exit(code: number): void }[] = []
  const databases = superviseDatabaseHost({
    fork(events) {
      const told: MainToDatabase[] = []
      processes.push({ told, say: events.onMessage, exit: events.onExit })
      return { post: (message) => told.push(message), kill: () => events.onExit(9) }
    },
    onStep: () => undefined,
    log: silent,
    databaseLog: silent,
  })
  return { databases, processes }
}

const cancel = { name: 'cancelCheck', checkId: 'c' } as const

test('the process is started by the first question and serves the next ones too', async () => {
  const { databases, processes } = supervised()
  const asked = [databases.call(cancel), databases.call(cancel)]
  assert.equal(processes.length, 1)
  for (const message of processes[0]?.told ?? []) {
    if (message.type === 'call') processes[0]?.say({ type: 'answer', id: message.id, value: undefined })
  }
  assert.deepEqual(await Promise.all(asked), [undefined, undefined])
  databases.close()
})

test('one that dies refuses what it was asked, and the next question starts another', async () => {
  const { databases, processes } = supervised()
  const asked = databases.call(cancel)
  processes[0]?.exit(1)
  await assert.rejects(asked, Refusal)
  const again = databases.call(cancel)
  assert.equal(processes.length, 2)
  databases.close()
  await assert.rejects(again, Refusal)
})

test('one that answers no ping while it is asked something is killed, one that does may take its time', async () => {
  mock.timers.enable({ apis: ['setInterval'] })
  try {
    const { databases, processes } = supervised()
    const asked = databases.call(cancel)
    const [process] = processes
    for (let second = 0; second < 60; second += 2) {
      mock.timers.tick(2_000)
      if (process?.told.at(-1)?.type === 'ping') process.say({ type: 'pong' })
    }
    assert.equal(process?.told.filter(({ type }) => type === 'ping').length, 30)
    mock.timers.tick(2_000 * 6)
    await assert.rejects(asked, Refusal)
    assert.equal(process?.told.filter(({ type }) => type === 'ping').length, 35)
  } finally {
    mock.timers.reset()
  }
})
