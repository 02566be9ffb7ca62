import { open, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { workspaceRoot } from '../../sync-core/manifest/workspace-root.ts'
import { Refusal } from '../ipc/refusal.ts'
import { manifestFileName } from './find-manifest.ts'

/** What `rejot schema` is written to, for editors to complete manifests by. */
const schemaFileName = 'rejot-manifest.schema.json'

/**
 * Writes an empty manifest into a folder and returns its path. It names the JSON Schema that lies beside it, or further
 * up in its repository; where there is none it names none, since a reference to nothing is an error in editors. Never replaces a file: rejects with a Refusal when one is
 * there already, or when the folder cannot be written.
 */
export async function createManifest(folder: string): Promise<string> {
  const path = join(folder, manifestFileName)
  const $schema = await schemaSeenFrom(folder)
  const manifest = {
    ...($schema === undefined ? {} : { $schema }),
    slug: slugOf(basename(folder)),
    manifestVersion: 1,
    connections: [],
    dataStores: [],
    publicSchemas: [],
    consumerSchemas: [],
  }
  try {
    // `wx` fails on a file that exists, also on one that appeared a moment ago.
    const file = await open(path, 'wx')
    try {
      await file.writeFile(`${JSON.stringify(manifest, undefined, 2)}\n`)
    } finally {
      await file.close()
    }
    return path
  } catch (error) {
    throw refusalOf(error, folder)
  }
}

/** The path of the nearest JSON Schema, as a manifest in that folder names it. */
async function schemaSeenFrom(folder: string): Promise<string | undefined> {
  const root = await workspaceRoot(folder)
  for (let place = folder; ; place = dirname(place)) {
    const path = join(place, schemaFileName)
    const found = await stat(path).catch(() => undefined)
    if (found?.isFile() === true) {
      const seen = relative(folder, path).split(sep).join('/')
      return seen.startsWith('../') ? seen : `./${seen}`
    }
    if (place === root || dirname(place) === place) return undefined
  }
}

/** Lower-case letters, digits and hyphens, as the manifest format asks for. Pure. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return slug === '' ? 'workspace' : slug
}

function refusalOf(error: unknown, folder: string): Refusal {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EEXIST'
    ? new Refusal({
        message: `Cannot make a workspace in ${folder}: there is one already`,
        solution: 'Open that folder instead, or choose another one.',
      })
    : new Refusal({
        message: `Cannot make a workspace in ${folder}: the folder cannot be written`,
        solution: 'Choose a folder of your own.',
        ...(typeof code === 'string' ? { details: code } : {}),
      })
}
