import { readFile } from 'node:fs/promises'

/** The content of a file, `undefined` when there is none. Rejects with the system's error when it cannot be read. */
export async function readManifestFile(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
