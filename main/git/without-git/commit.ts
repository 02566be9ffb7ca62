import { lstatSync } from 'node:fs'
import { lstat, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import isomorphic from 'isomorphic-git'
import { Refusal } from '../../ipc/refusal.ts'
import { type CommitRequest, checkCommit } from '../check-commit.ts'
import { absolutePath } from '../our-files.ts'
import { knownAuthor } from './author.ts'
import { failureWithoutGit } from './failure.ts'
import type { PlainRepository } from './plain-repository.ts'
import { headOf, versionsWithoutGit } from './read.ts'
import { refuseCommit } from './refuse-commit.ts'
import { readSettings } from './settings.ts'
import { treeWith, type WrittenFile } from './tree-with.ts'

/**
 * Commits these files as they are on disk, and nothing else: what is staged of other files stays staged. An author that
 * git's settings do not have is kept in the repository's. Rejects with a Refusal, with nothing committed.
 */
export async function commitWithoutGit(repository: PlainRepository, request: CommitRequest): Promise<void> {
  await checkCommit(request, (path) => versionsWithoutGit(repository, path))
  try {
    const files = new Map(
      await Promise.all(
        request.paths.map(
          async (path): Promise<[string, Uint8Array | undefined]> => [path, await bytesOf(repository, path)],
        ),
      ),
    )
    await refuseCommit(repository, files)
    await locked(repository, () => write(repository, request, files))
  } catch (error) {
    throw failureWithoutGit(error, 'commit')
  }
}

async function write(
  repository: PlainRepository,
  { message, author: given }: CommitRequest,
  files: ReadonlyMap<string, Uint8Array | undefined>,
): Promise<void> {
  const ref = await isomorphic.currentBranch({ ...repository, fullname: true })
  if (!ref) throw new Refusal({ message: 'Cannot commit: this is no branch', solution: 'Install git, and make one.' })
  const author = (await knownAuthor(await readSettings(repository.gitdir))) ?? given
  if (author === undefined) throw new Refusal({ message: 'Cannot commit: nobody has said who does it' })
  const head = await headOf(repository)
  const before =
    head === undefined ? undefined : (await isomorphic.readCommit({ ...repository, oid: head })).commit.tree
  const written = new Map<string, WrittenFile | undefined>()
  for (const [path, blob] of files) {
    const oid = blob && (await isomorphic.writeBlob({ ...repository, blob }))
    written.set(path, oid === undefined ? undefined : { oid, isProgram: isProgram(repository, path) })
  }
  const tree =
    (await treeWith(repository, before, written)) ?? (await isomorphic.writeTree({ ...repository, tree: [] }))
  if (tree === before) throw new Refusal({ message: 'Cannot commit: nothing differs from the last commit' })
  const text = `${message.trimEnd()}\n`
  await isomorphic.commit({ ...repository, ref, tree, message: text, author, committer: author })
  await stage(repository, written)
  if (author === given) {
    await isomorphic.setConfig({ ...repository, path: 'user.name', value: given.name })
    await isomorphic.setConfig({ ...repository, path: 'user.email', value: given.email })
  }
}

/** Has the index say of these files what the commit says. */
async function stage(repository: PlainRepository, files: ReadonlyMap<string, WrittenFile | undefined>): Promise<void> {
  for (const [filepath, file] of files) {
    if (file === undefined) await isomorphic.updateIndex({ ...repository, filepath, remove: true, force: true })
    else {
      const mode = file.isProgram ? 0o100755 : 0o100644
      await isomorphic.updateIndex({ ...repository, filepath, oid: file.oid, mode, add: true })
    }
  }
}

/** Keeps other programs' git out of the index meanwhile, by git's own rule. */
async function locked(repository: PlainRepository, work: () => Promise<void>): Promise<void> {
  const lock = join(repository.gitdir, 'index.lock')
  await writeFile(lock, '', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
    throw new Refusal({
      message: 'Cannot commit: another program works in the repository',
      solution: `Try again when it is done. If there is none, delete ${lock}.`,
    })
  })
  try {
    await work()
  } finally {
    await rm(lock, { force: true })
  }
}

/** `undefined` where the file is gone. */
async function bytesOf({ dir }: PlainRepository, path: string): Promise<Uint8Array | undefined> {
  const file = absolutePath(dir, path)
  const found = await lstat(file).catch(() => undefined)
  if (found === undefined) return undefined
  if (found.isFile()) return readFile(file)
  throw new Refusal({
    message: `Cannot commit without git: ${path} is a link`,
    solution: 'Install git and commit again.',
  })
}

function isProgram({ dir }: PlainRepository, path: string): boolean {
  return process.platform !== 'win32' && (lstatSync(absolutePath(dir, path)).mode & 0o100) !== 0
}
