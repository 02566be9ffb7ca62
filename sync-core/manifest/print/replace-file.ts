import { constants } from 'node:fs'
import { access, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FailureError } from '../../domain/failure.ts'

/**
 * Replaces a file's content at once: whoever reads it sees the old text or the new one, also after a crash. Its mode
 * stays, and a link still leads to it. Returns `false` and touches nothing where the content is this already. Rejects
 * with a FailureError where the file is not `before` any more, is protected, or cannot be written.
 */
export async function replaceFile(path: string, before: Uint8Array | undefined, text: string): Promise<boolean> {
  const after = Buffer.from(text, 'utf8')
  if (before !== undefined && after.equals(before)) return false
  try {
    await replace(path, before, after)
    return true
  } catch (error) {
    throw error instanceof FailureError ? error : cannotWrite(path, error)
  }
}

async function replace(path: string, before: Uint8Array | undefined, after: Buffer): Promise<void> {
  const target = before === undefined ? path : await realpath(path)
  const mode = before === undefined ? undefined : (await stat(target)).mode & 0o777
  // A rename would replace a protected file all the same, because it needs only the folder's leave.
  if (before !== undefined) await access(target, constants.W_OK)
  const next = join(dirname(target), `.${process.pid}-${Math.random().toString(36).slice(2)}.next`)
  const file = await open(next, 'wx', mode)
  try {
    // What is asked for at opening is cut by the umask.
    if (mode !== undefined) await file.chmod(mode)
    await file.writeFile(after)
    await file.sync()
    await file.close()
    await refuseChanged(target, before)
    await rename(next, target)
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(next, { force: true })
    throw error
  }
}

async function refuseChanged(target: string, before: Uint8Array | undefined): Promise<void> {
  const now = await readFile(target).catch(() => undefined)
  if (before === undefined ? now === undefined : now?.equals(before)) return
  throw new FailureError({
    kind: 'manifest',
    policy: 'halt',
    object: target,
    message: `Cannot write ${target}: it was changed meanwhile`,
    solution: 'Nothing was written; look at the change and try again.',
  })
}

function cannotWrite(path: string, error: unknown): FailureError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return new FailureError(
    {
      kind: full ? 'disk-full' : 'manifest',
      policy: 'halt',
      object: path,
      message: `Cannot write ${path}: ${full ? 'there is no room left' : code}`,
      solution: full ? 'Make room on the disk and try again.' : 'See that the file and its folder may be written.',
    },
    error,
  )
}
