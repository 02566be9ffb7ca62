import { createHash } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Log } from '../../sync-core/domain/log.ts'
import { type FailureView, failureView } from '../contract/contract.ts'
import { failureOf } from '../failure-of.ts'
import { fetchBareCopy, filesNamed } from '../git/bare-copy.ts'
import { createJsonFile, type JsonFile } from '../json-file.ts'
import { readTeamAddress } from './team-address.ts'

/** What this computer has of another team's repository. */
export interface TeamCopy {
  readonly address: string
  readonly name: string
  /** Of the last fetch that went well; `undefined`: there was none. */
  readonly fetchedAt: number | undefined
  /** Why the last fetch did not go well. */
  readonly failure: FailureView | undefined
  readonly fetching: boolean
  /** Absolute paths of its manifests. */
  readonly manifestPaths: readonly string[]
  /** Manifests of it beyond the limit, which are not looked at. */
  readonly left: number
  /** They lie in it. */
  readonly filesFolder: string
}

export interface TeamCopies {
  of(address: string): TeamCopy
  /** Fetches; what comes of it is in `of`, also why it did not. Never rejects. */
  fetch(address: string): Promise<void>
  /** Takes what was fetched off this computer. */
  remove(address: string): Promise<void>
}

const manifestName = 'rejot-manifest.json'
/** Of one repository. One with more is looked at by its owners. */
export const mostManifests = 50

const note = z.object({
  address: z.string(),
  commit: z.string().optional(),
  fetchedAt: z.number().optional(),
  manifests: z.array(z.string()),
  left: z.number().optional(),
  failure: failureView.optional(),
})
type Note = z.infer<typeof note>

/** Copies below `root`, each in a folder of its own: `git` as it was fetched, and its manifests as plain files by commit. */
export function createTeamCopies(deps: {
  root: string
  now: () => number
  log: Log
  onChange: () => void
}): TeamCopies {
  const notes = new Map<string, JsonFile<Note>>()
  const fetching = new Map<string, Promise<void>>()
  const folderOf = (address: string) => join(deps.root, createHash('sha256').update(address).digest('hex').slice(0, 16))
  const noteOf = (address: string) => {
    const known =
      notes.get(address) ?? createJsonFile(join(folderOf(address), 'note.json'), note, { address, manifests: [] })
    notes.set(address, known)
    return known
  }
  const filesFolder = (address: string, commit: string | undefined) =>
    join(folderOf(address), 'files', (commit ?? 'none').slice(0, 16))

  const fetchNow = async (address: string) => {
    const file = noteOf(address)
    const before = file.read()
    try {
      const git = join(folderOf(address), 'git')
      const read = readTeamAddress(address)
      const commit = await fetchBareCopy(git, read.ok ? read.address : address, read.ok ? read.branch : undefined)
      const { files: manifests, left } = await filesNamed(git, commit, { name: manifestName, most: mostManifests })
      const folder = filesFolder(address, commit)
      if (commit !== before.commit) await writeFiles(folder, manifests)
      const paths = manifests.map(({ path }) => path)
      await file.write({ address, commit, fetchedAt: deps.now(), manifests: paths, left })
      if (before.commit !== undefined && before.commit !== commit)
        await rm(filesFolder(address, before.commit), { recursive: true, force: true })
    } catch (error) {
      const failure = failureOf(error, deps.log, 'Cannot fetch the repository')
      await file.write({ ...before, failure }).catch(() => undefined)
    }
  }

  return {
    of(address) {
      const { commit, fetchedAt, manifests, failure, left = 0 } = noteOf(address).read()
      const files = filesFolder(address, commit)
      const read = readTeamAddress(address)
      return {
        address,
        name: read.ok ? read.name : address,
        fetchedAt,
        failure: read.ok
          ? failure
          : { message: `Cannot fetch it: ${read.fault}`, solution: 'Correct its address in rejot-desktop.json.' },
        fetching: fetching.has(address),
        manifestPaths: manifests.map((path) => join(files, ...path.split('/'))),
        left,
        filesFolder: files,
      }
    },
    async fetch(address) {
      // What a file says is fetched by nobody before it is looked at.
      if (!readTeamAddress(address).ok) return
      const running = fetching.get(address) ?? fetchNow(address).finally(() => fetching.delete(address))
      fetching.set(address, running)
      deps.onChange()
      await running
      deps.onChange()
    },
    async remove(address) {
      await fetching.get(address)
      notes.delete(address)
      await rm(folderOf(address), { recursive: true, force: true })
    },
  }
}

/** All of them or none: a folder of that name is whole. */
async function writeFiles(
  folder: string,
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<void> {
  const draft = `${folder}.draft`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  for (const { path, text } of files) {
    const target = join(draft, ...path.split('/'))
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, text)
  }
  await rm(folder, { recursive: true, force: true })
  await rename(draft, folder)
}
