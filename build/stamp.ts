import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDir, projectDir } from './project.mjs'

/**
 * A hash over names and content of all files in `inputs`, but for tests, pages of prose and what builds made. Content,
 * because a checkout or a copy changes times without changing anything else.
 */
export function hashOf(inputs: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of inputs.flatMap(filesIn).sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(projectDir, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** Whether the last build of `name` was made from what has this hash. */
export function isStamped(name: string, hash: string): boolean {
  try {
    return readFileSync(stampFile(name), 'utf8') === hash
  } catch {
    return false
  }
}

export function stamp(name: string, hash: string): void {
  mkdirSync(cacheDir, { recursive: true })
  const file = stampFile(name)
  // A file of its own: one that a copy of this checkout shares by a hard link would speak for that one too.
  writeFileSync(`${file}.next`, hash)
  renameSync(`${file}.next`, file)
}

function stampFile(name: string): string {
  return join(cacheDir, `${name.replaceAll(' ', '-')}.stamp`)
}

function filesIn(input: string): string[] {
  const found = statSync(join(projectDir, input), { throwIfNoEntry: false })
  if (found === undefined) return []
  if (found.isFile()) return [input]
  return readdirSync(join(projectDir, input), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'dist' || entry.name === 'README.md' || /\.test\.tsx?$/.test(entry.name)) return []
    return filesIn(`${input}/${entry.name}`)
  })
}
