import type { SafeStorage } from 'electron'
import type { Cipher, CipherStrength } from './cipher.ts'

/** What of Electron is used. Its asynchronous half came later, so it may be missing. */
type Storage = Pick<
  SafeStorage,
  'isEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptString' | 'decryptString'
> &
  Partial<Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'>>

/**
 * The system's secret store. Asked only once the program is ready, because macOS may ask the person. On Linux without a
 * keyring Electron encrypts with a password that stands in its source (`basic_text`): that counts as none.
 */
export async function openSafeStorage(storage: Storage, platform: string): Promise<Cipher> {
  return {
    strength: await strengthOf(storage, platform),
    async encrypt(secret) {
      if (storage.encryptStringAsync !== undefined) return storage.encryptStringAsync(secret)
      return storage.encryptString(secret)
    },
    async decrypt(bytes) {
      const buffer = Buffer.from(bytes)
      if (storage.decryptStringAsync !== undefined) return (await storage.decryptStringAsync(buffer)).result
      return storage.decryptString(buffer)
    },
  }
}

async function strengthOf(storage: Storage, platform: string): Promise<CipherStrength> {
  const available = await (storage.isAsyncEncryptionAvailable?.() ?? storage.isEncryptionAvailable())
  if (platform === 'darwin') return { kind: available ? 'system' : 'none', keeper: 'Keychain' }
  if (platform === 'win32') return { kind: available ? 'system' : 'none', keeper: 'Windows data protection' }
  const backend = storage.getSelectedStorageBackend()
  const keeper = keepers[backend]
  return available && keeper !== undefined ? { kind: 'system', keeper } : { kind: 'none', keeper: 'no keyring' }
}

const keepers: Readonly<Record<string, string>> = {
  gnome_libsecret: 'GNOME Keyring',
  kwallet: 'KWallet',
  kwallet5: 'KWallet',
  kwallet6: 'KWallet',
}
