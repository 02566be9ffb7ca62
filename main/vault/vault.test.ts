import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ConnectionTarget } from '../../sync-core/domain/connection.ts'
import type { Cipher } from './cipher.ts'
import { openSafeStorage } from './safe-storage.ts'
import { openVault } from './vault.ts'

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const place: ConnectionTarget = { engine: 'postgres', host: 'db', port: 5432, user: 'me', database: 'shop' }
const owner = { manifest: '/shop/rejot-manifest.json', slug: 'shop-db' }
const bound = { ...owner, target: place, password: 'correct-horse-battery' }
const vaultFile = () => join(mkdtempSync(join(tmpdir(), 'rejot-vault-')), 'vault.json')

/** Turns bytes around: enough to see what went through it. The system's own store has no place in a test. */
const turning: Cipher = {
  strength: { kind: 'system', keeper: 'a test' },
  encrypt: async (secret) => Buffer.from(secret).map((byte) => 255 - byte),
  decrypt: async (bytes) => Buffer.from(bytes.map((byte) => 255 - byte)).toString(),
}

test('a password comes back after a restart, and the file that holds it does not say it', async () => {
  const path = vaultFile()
  await (await openVault({ path, cipher: turning, log })).keep(bound)
  assert.deepEqual((await openVault({ path, cipher: turning, log })).find(owner), bound)
  const text = readFileSync(path, 'utf8')
  assert.equal(text.includes(bound.password), false)
  assert.equal(text.includes(Buffer.from(bound.password).toString('base64')), false)
  assert.equal(statSync(path).mode & 0o077, 0)
})

test('where nothing encrypts it is kept for this run, and nothing is written', async () => {
  const path = vaultFile()
  const cipher: Cipher = { ...turning, strength: { kind: 'none', keeper: 'no keyring' } }
  const vault = await openVault({ path, cipher, log })
  await vault.keep(bound)
  assert.equal(vault.find(owner)?.password, bound.password)
  assert.equal(existsSync(path), false)
})

for (const [part, other] of [
  ['host', 'evil'],
  ['port', 5433],
  ['user', 'root'],
  ['database', 'other'],
  ['tlsMode', 'require'],
  ['ca', '/tmp/ca.pem'],
] as const) {
  test(`it is withheld where another ${part} is written now`, async () => {
    const vault = await openVault({ path: vaultFile(), cipher: turning, log })
    await vault.keep(bound)
    assert.equal(vault.stateOf(owner, { ...place }), 'kept')
    assert.equal(vault.stateOf(owner, { ...place, [part]: other }), 'withheld')
  })
}

test('another manifest that names the same server has not been given it', async () => {
  const vault = await openVault({ path: vaultFile(), cipher: turning, log })
  await vault.keep(bound)
  assert.equal(vault.stateOf({ ...owner, manifest: '/elsewhere/rejot-manifest.json' }, place), 'none')
})

test('what is forgotten is gone from disk too', async () => {
  const path = vaultFile()
  const vault = await openVault({ path, cipher: turning, log })
  await vault.keep(bound)
  await vault.forget(owner)
  assert.equal(vault.find(owner), undefined)
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), [])
})

test('what cannot be decrypted now is as if it were not known, and stays for a day when it can', async () => {
  const path = vaultFile()
  await (await openVault({ path, cipher: turning, log })).keep(bound)
  const locked: Cipher = { ...turning, decrypt: () => Promise.reject(new Error('locked')) }
  const vault = await openVault({ path, cipher: locked, log })
  assert.equal(vault.stateOf(owner, place), 'none')
  await vault.keep({ ...bound, slug: 'other' })
  assert.equal((await openVault({ path, cipher: turning, log })).find(owner)?.password, bound.password)
})

test('Electron’s basic_text is no encryption, and its older half is taken where the newer is missing', async () => {
  const older = {
    isEncryptionAvailable: () => true,
    getSelectedStorageBackend: () => 'basic_text' as const,
    encryptString: (text: string) => Buffer.from(text),
    decryptString: (bytes: Buffer) => bytes.toString(),
  }
  assert.equal((await openSafeStorage(older, 'linux')).strength.kind, 'none')
  const keyring = await openSafeStorage({ ...older, getSelectedStorageBackend: () => 'gnome_libsecret' }, 'linux')
  assert.deepEqual(keyring.strength, { kind: 'system', keeper: 'GNOME Keyring' })
  assert.equal(await keyring.decrypt(await keyring.encrypt('x')), 'x')
  const newer = {
    ...older,
    isAsyncEncryptionAvailable: async () => true,
    encryptStringAsync: async (text: string) => Buffer.from(`new ${text}`),
    decryptStringAsync: async (bytes: Buffer) => ({ result: bytes.toString().slice(4), shouldReEncrypt: false }),
  }
  const mac = await openSafeStorage(newer, 'darwin')
  assert.equal(Buffer.from(await mac.encrypt('x')).toString(), 'new x')
  assert.equal(await mac.decrypt(await mac.encrypt('x')), 'x')
})
