/** What turns a secret into bytes that only this person on this computer can read again. */
export interface Cipher {
  readonly strength: CipherStrength
  encrypt(secret: string): Promise<Uint8Array>
  /** Rejects when the bytes cannot be read any more: another user, another computer, a keyring made anew. */
  decrypt(bytes: Uint8Array): Promise<string>
}

/** `none`: it would only look like encryption, so nothing may be put on disk with it. */
export interface CipherStrength {
  readonly kind: 'system' | 'none'
  /** What keeps the key, as a person calls it: `GNOME Keyring`. */
  readonly keeper: string
}
