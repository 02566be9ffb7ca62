import { z } from 'zod'
import { type BoundPassword, type ConnectionTarget, isSameTarget } from '../../sync-core/domain/connection.ts'
import type { Log } from '../../sync-core/domain/log.ts'
import { boundPassword } from '../contract/bound-password.ts'
import { createJsonFile } from '../json-file.ts'
import type { Cipher, CipherStrength } from './cipher.ts'

/** Passwords that people typed, each bound to the one place that it is for. On disk only as the system encrypted them. */
export interface Vault {
  readonly strength: CipherStrength
  /** All that can be read, each with the connection and the place that it is for. */
  all(): readonly BoundPassword[]
  /** `undefined` when there is none or it cannot be read any more. */
  find(owner: Owner): BoundPassword | undefined
  /** `kept` for this very place, `withheld` because the connection leads elsewhere now. */
  stateOf(owner: Owner, target: ConnectionTarget): 'kept' | 'withheld' | 'none'
  /** Takes the place of the former one. Resolves when it is on disk; at once, for this run only, where nothing encrypts. */
  keep(bound: BoundPassword): Promise<void>
  forget(owner: Owner): Promise<void>
}

/** Whose password it is: a connection of a manifest, by the manifest's path. */
export type Owner = Pick<BoundPassword, 'manifest' | 'slug'>

const stored = z.array(boundPassword.omit({ password: true }).extend({ secret: z.string() }))

export interface VaultDeps {
  readonly path: string
  readonly cipher: Cipher
  readonly log: Log
}

/** Decrypts what is on disk. What cannot be decrypted is left there: a locked keyring may be open the next time. */
export async function openVault({ path, cipher, log }: VaultDeps): Promise<Vault> {
  const file = createJsonFile(path, stored, [])
  const known = new Map<string, BoundPassword>()
  const encrypts = cipher.strength.kind === 'system'

  if (encrypts) {
    for (const { secret, ...entry } of file.read()) {
      const password = await cipher.decrypt(Buffer.from(secret, 'base64')).catch(() => undefined)
      if (password === undefined) log.warn('A kept password cannot be read: it has to be entered again')
      else known.set(nameOf(entry), { ...entry, password })
    }
  }
  const storedWithout = (owner: Owner) => file.read().filter((entry) => nameOf(entry) !== nameOf(owner))

  return {
    strength: cipher.strength,
    all: () => [...known.values()],
    find: (owner) => known.get(nameOf(owner)),
    stateOf(owner, place) {
      const bound = known.get(nameOf(owner))
      if (bound === undefined) return 'none'
      return isSameTarget(bound.target, place) ? 'kept' : 'withheld'
    },
    async keep(bound) {
      known.set(nameOf(bound), bound)
      if (!encrypts) return
      const secret = Buffer.from(await cipher.encrypt(bound.password)).toString('base64')
      // What was kept or forgotten while it was encrypted counts.
      if (known.get(nameOf(bound)) !== bound) return
      const { manifest, slug } = bound
      await file.write([...storedWithout(bound), { manifest, slug, target: { ...bound.target }, secret }])
    },
    async forget(owner) {
      known.delete(nameOf(owner))
      const left = storedWithout(owner)
      if (left.length < file.read().length) await file.write(left)
    },
  }
}

const nameOf = ({ manifest, slug }: Owner): string => `${manifest}#${slug}`
