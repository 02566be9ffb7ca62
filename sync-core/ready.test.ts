import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { test } from 'node:test'
import type { PostgresConnection } from './domain/connection.ts'
import type { Offset } from './domain/offset.ts'
import { publicSchemaId } from './domain/public-schema.ts'
import type { EngineStatus, Happening } from './domain/status.ts'
import { readPipeline } from './read-pipeline.ts'
import { isSettled } from './replication/settled-destination.ts'
import { createStatusBoard, type StatusBoard } from './replication/status-board.ts'
import { systemClock } from './replication/system-clock.ts'
import { endAt, openStore, rows } from './sqlite/testing/store-folder.ts'
import { accountManifest } from './testing/account-manifest.ts'
import { createWorkspace } from './testing/engine.ts'
import { holdDisk } from './testing/slow-disk.ts'
import { waitFor } from './testing/wait-for.ts'

/** Nobody connects here. */
const nowhere = (slug: string): PostgresConnection => ({
  engine: 'postgres',
  slug,
  manifest: '@test/accounts',
  host: 'localhost',
  port: 1,
  user: 'nobody',
  database: slug,
  password: undefined,
})

test('a copy that is written and not yet on disk is neither ready nor settled', async (t) => {
  const workspace = await createWorkspace(accountManifest(nowhere('accounts'), nowhere('billing')))
  t.after(() => workspace.dispose())
  const { pipeline } = await readPipeline([workspace.manifestPath], process.env)
  const [consumer] = pipeline.consumers
  assert.ok(consumer)
  const source = consumer.sourceId
  const schema = publicSchemaId(consumer.publicSchema)

  let board: StatusBoard | undefined
  // Before the store, which it reads once more.
  t.after(() => board?.close())
  const store = openStore(t, dirname(workspace.manifestPath))
  board = createStatusBoard(pipeline, store, systemClock)
  const happenings: Happening[] = []
  let shown: EngineStatus | undefined
  board.onHappening((happening) => happenings.push(happening))
  board.onStatus((status) => {
    shown = status
  })
  const gauge = board.consumerGauge(consumer.id)
  const place = { store, board }
  const settled = () => isSettled(place, [{ id: consumer.id, source, schema }])

  const writer = store.openEpoch(source)
  writer.put(schema, rows({ a: '1' }))
  const letGo = holdDisk()
  let onDisk: Promise<Offset>
  try {
    const copied = { schema, source, definitionHash: 'h', generation: 1, state: 'done' as const, transformation: 0 }
    const backfill = { ...copied, cursor: undefined, rowsDone: 1, rowsEstimated: 1, key: undefined, partitions: [] }
    onDisk = writer.closeBehind({ ...endAt(1, source), backfills: [backfill] })
    board.engine('running')
    board.sourceGauge(source).state('streaming')
    gauge.state('streaming')
    gauge.at(store.head(source))
    await waitFor(() => shown?.publicSchemas[0]?.backfill.state === 'done', { what: 'a status of the copy' })
    assert.deepEqual(happenings, [])
    assert.equal(settled(), false)
  } finally {
    await letGo()
  }
  gauge.at(await onDisk)
  await waitFor(() => happenings.length > 0, { what: 'that it is ready' })
  assert.deepEqual(happenings, [{ event: 'ready' }])
  assert.equal(settled(), true)
})
