import { join, posix } from 'node:path'
import { parse } from 'jsonc-parser'
import { z } from 'zod'
import { settingsFileName } from '../../sync-core/manifest/read-settings.ts'

const withDefinitions = z.object({
  publicSchemas: z.array(z.unknown()).catch([]),
  consumerSchemas: z.array(z.unknown()).catch([]),
})
const withFile = z.object({ definitionFile: z.string() })

export type OurFileKind = 'manifest' | 'settings' | 'definition'

/**
 * The files of a workspace that are ours to commit, by their paths from the repository's root: a manifest, the settings
 * beside it, and the definition files that its text names, in whatever state that text is. Pure.
 */
export function ourFiles(manifestPath: string, text: string): ReadonlyMap<string, OurFileKind> {
  const folder = posix.dirname(manifestPath)
  const read = withDefinitions.safeParse(parse(text) ?? {})
  const entries = read.success ? [...read.data.publicSchemas, ...read.data.consumerSchemas] : []
  const definitions = entries.flatMap((entry) => {
    const { data } = withFile.safeParse(entry)
    // Nothing outside of the repository is ours, whatever a manifest says.
    const path = data === undefined ? undefined : posix.join(folder, data.definitionFile.replaceAll('\\', '/'))
    return path === undefined || path.startsWith('../') || posix.isAbsolute(path) ? [] : [path]
  })
  return new Map<string, OurFileKind>([
    ...definitions.map((path): [string, OurFileKind] => [path, 'definition']),
    [posix.join(folder, settingsFileName), 'settings'],
    [manifestPath, 'manifest'],
  ])
}

/** A path as git has it, in this system's form. */
export function absolutePath(root: string, path: string): string {
  return join(root, ...path.split('/'))
}

/** A path as a pathspec that means itself, also when it looks like a pattern. */
export function literal(path: string): string {
  return `:(top,literal)${path}`
}
