import { stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { Refusal } from '../ipc/refusal.ts'

export const manifestFileName = 'rejot-manifest.json'

/** The manifest that a path means: the file itself, or the one in the folder. Rejects with a Refusal when there is none. */
export async function findManifest(path: string): Promise<string> {
  if (!isAbsolute(path)) throw new Refusal({ message: `Cannot open ${path}: not a full path` })
  const found = await kindOf(path)
  if (found === 'file') return path
  if (found === 'missing') {
    throw new Refusal({
      message: `Cannot open ${path}: it is not there`,
      solution: 'Choose another folder or manifest file.',
    })
  }
  const manifest = join(path, manifestFileName)
  if ((await kindOf(manifest)) === 'file') return manifest
  throw new Refusal({
    message: `Cannot open ${path}: it holds no ${manifestFileName}`,
    solution: 'Choose the folder with the manifest, or make a new workspace there.',
  })
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'missing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch {
    return 'missing'
  }
}
