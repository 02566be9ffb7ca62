import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** Where everything of a sample is. */
export interface SampleFolder {
  readonly path: string
  readonly manifestPath: string
  /** The engine's event store. In here, because a reset of the databases must take it along. */
  readonly stateDir: string
  readonly secretsPath: string
  readonly mark: SampleMark
}

/** Says that a folder is a sample, and what is not to be found by its name alone. */
export interface SampleMark {
  readonly kind: 'rejot-sample'
  /** Holds a data folder for each server. */
  readonly databasesDir: string
  /** Used again where they are free: an open workspace then keeps its addresses. */
  readonly ports: Readonly<Record<string, number>>
}

const markSchema: z.ZodType<SampleMark> = z.object({
  kind: z.literal('rejot-sample'),
  databasesDir: z.string().min(1),
  ports: z.record(z.string(), z.int().min(1).max(65_535)),
})

/** The sample in that folder; `undefined` when there is none. Throws when the folder holds something else. */
export function findSampleFolder(path: string): SampleFolder | undefined {
  if (!existsSync(path)) return undefined
  if (!existsSync(markPath(path))) {
    if (readdirSync(path).length === 0) return undefined
    throw new Error(`Cannot use ${path} for the sample: it holds something else`)
  }
  const mark = markSchema.safeParse(JSON.parse(readFileSync(markPath(path), 'utf8')))
  if (!mark.success) throw new Error(`Cannot use ${path} for the sample: its sample.json is not one`)
  return layout(path, mark.data)
}

/** Makes the folder with its mark, before anything else is put there. */
export function makeSampleFolder(path: string, databasesDir: string): SampleFolder {
  mkdirSync(path, { recursive: true })
  return writeMark(layout(path, { kind: 'rejot-sample', databasesDir, ports: {} }))
}

export function rememberPorts(folder: SampleFolder, ports: Readonly<Record<string, number>>): SampleFolder {
  return writeMark({ ...folder, mark: { ...folder.mark, ports } })
}

export function markPath(path: string): string {
  return join(path, 'sample.json')
}

/** Replaces a file in one step: a crash leaves the old or the new one. */
export function replaceFile(path: string, text: string, mode: number): void {
  const next = `${path}.next`
  writeFileSync(next, text, { mode })
  renameSync(next, path)
}

function layout(path: string, mark: SampleMark): SampleFolder {
  return {
    path,
    manifestPath: join(path, 'rejot-manifest.json'),
    stateDir: join(path, 'state'),
    secretsPath: join(path, 'secrets.json'),
    mark,
  }
}

function writeMark(folder: SampleFolder): SampleFolder {
  replaceFile(markPath(folder.path), `${JSON.stringify(folder.mark, null, 2)}\n`, 0o644)
  return folder
}
