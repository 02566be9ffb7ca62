import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccountChoices, type AccountSetting, setUpAccounts } from './testing/account-setting.ts'
import type { EngineProcess } from './testing/engine-process.ts'
import type { PostgresServer } from './testing/postgres-server.ts'
import { slotOn, walEndOf } from './testing/slot-on.ts'
import { storedEvents } from './testing/stored-events.ts'
import { waitFor } from './testing/wait-for.ts'
import { startWireTap, type WireMessage, type WireTap } from './testing/wire-tap.ts'
import { withServers } from './testing/with-servers.ts'

// SIGKILL at one place of the conversation with a server: what chance meets seldom, and each time.

const server = withServers(['source', 'destination'])

type Here = (message: WireMessage) => boolean

interface KillingTap extends WireTap {
  /** Every message that has passed goes through it. */
  watch: ((message: WireMessage) => void) | undefined
  /** Kills the engine at the first such message, which does not arrive; resolves once the engine is gone. */
  kill(engine: EngineProcess, here: Here): Promise<void>
}

async function startKillingTap(target: PostgresServer): Promise<KillingTap> {
  let strike: Here | undefined
  const wire = await startWireTap(target, (message) => {
    tap.watch?.(message)
    return strike?.(message) === true ? 'cut' : 'passes'
  })
  const tap: KillingTap = {
    ...wire,
    watch: undefined,
    async kill(engine, here) {
      strike = (message) => {
        if (!here(message)) return false
        strike = undefined
        process.kill(engine.pid, 'SIGKILL')
        return true
      }
      await waitFor(() => !engine.isRunning, { what: 'the place to kill at', timeoutMs: 60_000 })
    },
  }
  return tap
}

async function withTaps(
  choices: AccountChoices,
  act: (
    setting: AccountSetting,
    taps: { readonly source: KillingTap; readonly destination: KillingTap },
  ) => Promise<void>,
): Promise<void> {
  const taps = {
    source: await startKillingTap(server('source')),
    destination: await startKillingTap(server('destination')),
  }
  const ports = { sourcePort: taps.source.port, destinationPort: taps.destination.port }
  const setting = await setUpAccounts(
    { source: server('source'), destination: server('destination') },
    { ...choices, ...ports },
  )
  try {
    await act(setting, taps)
  } finally {
    await setting.dispose()
    await taps.source.dispose()
    await taps.destination.dispose()
  }
}

const accounts = (count: number): string =>
  `insert into account select g, 'first', g::text from generate_series(1, ${count}) g`

const hitsOf7 = ({ destination }: AccountSetting) =>
  destination.query('select hits from account_destination where id = 7')

/** `Standby status update`, with what may be forgotten from its tenth byte on. */
const confirmsPast =
  (lsn: bigint): Here =>
  ({ sender, type, body }) =>
    sender === 'client' && type === 'd' && body[0] === 0x72 && body.readBigUInt64BE(9) > lsn

test('killed when an event is on disk and the slot has not heard of it: it comes again and makes no second event', () =>
  withTaps({ source: accounts(100) }, async (setting, { source: tap }) => {
    const { source } = setting
    const first = setting.startProcess()
    await first.said('ready')
    await setting.arrived('the backfill')
    const before = await walEndOf(source)
    const killed = tap.kill(first, confirmsPast(before))
    await source.query(`update account set first_name = 'once' where id = 7`)
    await killed
    assert.equal(
      storedEvents(setting.workspace, { key: '7' }).length,
      2,
      'the slot was to be told before the event was stored',
    )
    assert.ok((await slotOn(source)).confirmed <= before)
    const second = setting.startProcess()
    await setting.arrived('the change')
    await source.query(`update account set first_name = 'after' where id = 8`)
    await setting.arrived('the change after')
    assert.equal(await second.signal('SIGTERM'), 0)
    assert.equal(storedEvents(setting.workspace, { key: '7' }).length, 2)
    assert.deepEqual(await hitsOf7(setting), [{ hits: 2 }])
  }))

test('killed when the destination has committed and nobody knows it: what it wrote is not written again', () =>
  withTaps({ source: accounts(100) }, async (setting, { destination: tap }) => {
    const first = setting.startProcess()
    await first.said('ready')
    await setting.arrived('the backfill')
    const killed = tap.kill(first, (message) => isSaid(message, 'COMMIT'))
    await setting.source.query(`update account set first_name = 'once' where id = 7`)
    await killed
    assert.deepEqual(await hitsOf7(setting), [{ hits: 2 }], 'it was killed before the commit')
    setting.startProcess()
    await setting.source.query(`update account set first_name = 'after' where id = 8`)
    await setting.arrived('the change after')
    assert.deepEqual(await hitsOf7(setting), [{ hits: 2 }])
  }))

function isSaid({ sender, type, body }: WireMessage, tag: string): boolean {
  return sender === 'server' && type === 'C' && body.toString('latin1') === `${tag}\0`
}

const projecting = ({ sender, application }: WireMessage): boolean =>
  sender === 'client' && application === 'ReJot projection'
const isWalk: Here = (message) =>
  projecting(message) && /[PQ]/.test(message.type) && /__rejot_t .*limit/s.test(message.body.toString('latin1'))
const isProjection: Here = (message) =>
  projecting(message) && message.type === 'B' && /(pack|project)_/.test(message.body.toString('latin1'))
const isBegin: Here = (message) =>
  projecting(message) && message.type === 'Q' && message.body.includes('begin isolation')

/** After so many walks, the first message that is one. */
function after(walks: number, here: Here): Here {
  let seen = 0
  return (message) => {
    if (isWalk(message)) seen += 1
    return seen >= walks && here(message)
  }
}

test('killed in a chunk of the first copy, between two, and as it hands over: each row is copied once, no change is missed', () =>
  withTaps({ source: accounts(9_000) }, async (setting, { source: tap }) => {
    let walks = 0
    tap.watch = (message) => {
      if (isWalk(message)) walks += 1
    }
    // E-mails, of which there are none, are one walk; accounts are three: 4,000, 4,000 and 1,000.
    const places = [after(3, isProjection), after(1, isBegin), after(1, isBegin)]
    for (const [place, here] of places.entries()) {
      const walk = walks + (place === 0 ? 3 : 1)
      const killed = tap.kill(setting.startProcess(), here)
      await waitFor(() => walks, { what: 'the chunk', until: (seen) => seen === walk, timeoutMs: 60_000 })
      await setting.source.query(`update account set last_name = 'meanwhile' where id = ${place + 1}`)
      await killed
      const [copied, coming] = [10 + place, 8_500 + place]
      await setting.source.query(`update account set first_name = 'changed' where id in (${copied}, ${coming});
        delete from account where id in (${copied + 100}, ${coming + 100});
        insert into account values (${-place}, 'new', 'one'), (${20_000 + place}, 'new', 'one')`)
    }
    const last = setting.startProcess()
    await last.said('ready')
    await setting.arrived('all rows')
    assert.equal(walks, 5, 'the copy went on where it was: only the chunk that was cut off is read again')
    const often =
      'select count(*)::int as rows, max(hits) as hits from account_destination where id between 200 and 8000'
    assert.deepEqual(await setting.destination.query(often), [{ rows: 7_801, hits: 1 }])
  }))
