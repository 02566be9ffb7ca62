import { readFileSync } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'

/** A small file of the program's own that survives a crash in the middle of a write. */
export interface JsonFile<T> {
  read(): T
  /** Resolves when the value is on disk. Writes happen in order; the last one wins. */
  write(value: T): Promise<void>
}

/**
 * Reads the file once. A missing or damaged file counts as `fallback`: these files hold conveniences, and a window that
 * does not open because of one would be worse than a forgotten pane size.
 */
export function createJsonFile<T>(path: string, schema: z.ZodType<T>, fallback: T): JsonFile<T> {
  let current = readOr(path, schema, fallback)
  let writing: Promise<void> = Promise.resolve()

  return {
    read: () => current,
    write(value) {
      current = value
      const text = `${JSON.stringify(value, undefined, 2)}\n`
      writing = writing.catch(() => undefined).then(() => replaceFile(path, text))
      return writing
    },
  }
}

/** Puts text in the place of a file: readers see the old file or the new one, never half of one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.draft`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}

function readOr<T>(path: string, schema: z.ZodType<T>, fallback: T): T {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return fallback
  }
}
