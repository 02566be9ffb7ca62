import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pipeline } from '../../sync-core/domain/manifest.ts'
import { createAppState } from '../app-state.ts'
import type { EngineState } from '../contract/contract.ts'
import { followRunning } from './running-manifests.ts'

const saying = (slug: string, environment?: 'staging'): Pipeline => ({
  manifests: [
    {
      slug,
      path: '/m.json',
      connections: [
        {
          engine: 'postgres',
          slug: 'shop',
          manifest: slug,
          host: 'h',
          port: 1,
          user: 'u',
          database: 'd',
          password: undefined,
          environment,
        },
      ],
      dataStores: [],
      publicSchemas: [],
      consumerSchemas: [],
      workspaces: [],
    },
  ],
  sources: [],
  consumers: [],
})

test('manifests that changed since the start are told until it is started with them, or they are as they were', async () => {
  const state = createAppState([])
  const running = followRunning(state)
  const engine = async (name: EngineState['state']) => {
    state.change({ engine: { state: name } })
    // The state tells of a turn's changes at its end.
    await Promise.resolve()
  }
  const outdated = () => state.read().outdated
  running.read(saying('a'))
  assert.equal(outdated(), false, 'nothing runs')
  await engine('starting')
  await engine('running')
  running.read(saying('a'))
  assert.equal(outdated(), false)
  running.read(saying('a', 'staging'))
  assert.equal(outdated(), false, 'a label')
  running.read(saying('b'))
  assert.equal(outdated(), true)
  assert.deepEqual(running.contractFaults(), [])
  running.read(undefined)
  assert.equal(outdated(), false, 'what cannot be read is a problem of its own')
  running.read(saying('a'))
  assert.equal(outdated(), false)
  running.read(saying('b'))
  await engine('stopping')
  assert.equal(outdated(), false)
  await engine('starting')
  await engine('running')
  assert.equal(outdated(), false, 'it took them')
})
