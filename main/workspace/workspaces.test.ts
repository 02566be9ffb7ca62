import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Log } from '../../sync-core/domain/log.ts'
import { createAppState } from '../app-state.ts'
import { draftView } from '../contract/connection-edit.ts'
import type { AppState } from '../contract/contract.ts'
import type { CoreSupervisor, CoreTarget } from '../core-host/supervise-core.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { SampleSupervisor } from '../sample-host/supervise-sample.ts'
import type { Cipher } from '../vault/cipher.ts'
import { openVault } from '../vault/vault.ts'
import { createManifest } from './create-manifest.ts'
import { openDraftBook } from './drafts.ts'
import { readWorkspace } from './read-workspace.ts'
import { openRecentList } from './recent.ts'
import { createWorkspaces } from './workspaces.ts'

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const plain: Cipher = {
  strength: { kind: 'none', keeper: 'no keyring' },
  encrypt: async (secret) => Buffer.from(secret),
  decrypt: async (bytes) => Buffer.from(bytes).toString(),
}
const password = 'correct-horse-battery'

/** Real files; of the two processes only what was asked of them. */
async function opened() {
  const data = mkdtempSync(join(tmpdir(), 'rejot-workspaces-'))
  const folder = mkdtempSync(join(tmpdir(), 'rejot-shop-'))
  const manifest = await createManifest(folder)
  const asked: string[] = []
  let target: CoreTarget | undefined
  const core: CoreSupervisor = {
    aim: (aimed) => {
      target = aimed
    },
    aimed: () => target,
    start: () => void asked.push('start engine'),
    stop: async () => undefined,
    close: async () => void asked.push('close engine'),
    call: () => Promise.reject(new Error('not asked for')),
  }
  const sample: SampleSupervisor = {
    start: async (fresh) => {
      asked.push(fresh ? 'start fresh sample' : 'start sample')
      return {
        manifestPath: manifest,
        stateDir: join(data, 'sample-state'),
        secrets: { REJOT_SHOP_PASSWORD: password },
      }
    },
    pauseWriter: () => undefined,
    resumeWriter: () => undefined,
    stop: async () => void asked.push('stop sample'),
  }
  const state = createAppState([])
  const workspaces = createWorkspaces({
    state,
    recent: openRecentList(join(data, 'recent.json')),
    core,
    sample,
    readWorkspace,
    secrets: () => ({}),
    stateRoot: join(data, 'engines'),
    vault: openVault({ path: join(data, 'vault.json'), cipher: plain, log: silent }),
    drafts: openDraftBook(join(data, 'drafts.json'), draftView),
    schemaDrafts: { read: async () => [], of: () => [], changedFiles: () => [] },
    teams: { of: () => assert.fail('no team is named'), fetch: async () => undefined },
    now: () => 42,
    log: silent,
  })
  return { workspaces, state, folder, manifest, asked, target: () => target }
}

/** Resolves when the state is as wished. */
function when(state: Awaited<ReturnType<typeof opened>>['state'], wished: (state: AppState) => boolean) {
  return new Promise<AppState>((resolve) =>
    state.onChange((next) => {
      if (wished(next)) resolve(next)
    }),
  )
}

const connection = {
  slug: 'shop-db',
  config: { connectionType: 'postgres', host: '127.0.0.1', port: 5432, user: 'shop', password, database: 'shop' },
}

test('opening a workspace shows it and runs nothing', async () => {
  const { workspaces, state, folder, manifest, asked, target } = await opened()
  await workspaces.open(folder)
  assert.equal(state.read().workspace?.summary.path, manifest)
  assert.deepEqual(
    state.read().recent.map((entry) => entry.path),
    [manifest],
  )
  assert.deepEqual(target()?.manifestPaths, [manifest])
  assert.equal(asked.includes('start engine'), false)
  await workspaces.close()
  assert.equal(state.read().workspace, undefined)
  assert.equal(target(), undefined)
})

test('the sample starts at once, with the event store that a reset takes along', async () => {
  const { workspaces, state, asked, target } = await opened()
  await workspaces.openSample()
  assert.deepEqual(asked.slice(-2), ['start sample', 'start engine'])
  assert.equal(state.read().workspace?.summary.sample, true)
  assert.equal(state.read().opening, undefined)
  assert.equal(target()?.stateDir.endsWith('sample-state'), true)
  await workspaces.resetSample()
  assert.deepEqual(asked.slice(-4), ['close engine', 'stop sample', 'start fresh sample', 'start engine'])
  assert.deepEqual(state.read().recent, [])
  await workspaces.close()
})

test('a path without a manifest is refused and the open workspace stays', async () => {
  const { workspaces, state, folder, manifest } = await opened()
  await workspaces.open(folder)
  await assert.rejects(workspaces.open(join(folder, 'gone')), Refusal)
  assert.equal(state.read().workspace?.summary.path, manifest)
  await workspaces.close()
})

test('a manifest that changes outside is read again; a broken one shows its problem; no password is shown', async () => {
  const { workspaces, state, folder, manifest } = await opened()
  await workspaces.open(folder)
  const connected = when(state, ({ workspace }) => workspace?.connections.length === 1)
  writeFileSync(manifest, JSON.stringify({ slug: 'shop', manifestVersion: 1, connections: [connection] }))
  const view = (await connected).workspace
  assert.deepEqual(
    view?.connections.map(({ id, hasPassword, role }) => ({ id, hasPassword, role })),
    [{ id: 'shop/shop-db', hasPassword: true, role: 'unused' }],
  )
  assert.doesNotMatch(JSON.stringify(state.read()), new RegExp(password))

  const broken = when(
    state,
    ({ workspace }) => workspace?.problems.some((problem) => problem.severity === 'error') === true,
  )
  writeFileSync(manifest, '{ "slug": ')
  assert.equal((await broken).workspace?.problems[0]?.file, manifest)
  await workspaces.close()
})
