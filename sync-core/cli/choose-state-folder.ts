import { join, resolve } from 'node:path'
import { loadPipeline } from '../manifest/load-pipeline.ts'
import { Complaint } from './complaint.ts'
import type { CommandIo } from './io.ts'
import { folderName, stateFolders, stateRoot } from './state-folder.ts'

export interface StateChoice {
  /** `--state`. */
  readonly state?: string | undefined
  /** Path of the first manifest that `sync` was given. */
  readonly manifest?: string | undefined
}

/**
 * The state folder that a command is about: the one that is named, the one of a manifest, or the only one there is.
 * Throws a Complaint when that does not name one.
 */
export async function chooseStateFolder({ state, manifest }: StateChoice, io: CommandIo): Promise<string> {
  if (state !== undefined) return resolve(io.folder, state)
  const root = stateRoot(process.platform, io.env)
  if (manifest !== undefined) {
    const { pipeline } = await loadPipeline([resolve(io.folder, manifest)], io.env)
    const slug = pipeline.manifests[0]?.slug ?? ''
    if (slug === '') throw new Complaint(`Cannot read the slug of ${manifest}: try "rejot validate ${manifest}"`)
    return join(root, folderName(slug))
  }
  const names = await stateFolders(root)
  const [only, another] = names
  if (only === undefined) throw new Complaint(`There is no state folder in ${root}: no engine has run yet`)
  if (another === undefined) return join(root, only)
  const list = names.map((name) => join(root, name)).join(', ')
  throw new Complaint(`There are several state folders: name a manifest, or one with --state: ${list}`)
}
