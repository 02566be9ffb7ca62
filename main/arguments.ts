import { isAbsolute, resolve } from 'node:path'
import { z } from 'zod'

/** What the program was asked to show at its start. */
export const wish = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('nothing') }),
  z.object({ kind: z.literal('sample') }),
  z.object({ kind: z.literal('open'), path: z.string().min(1) }),
])
export type Wish = z.infer<typeof wish>

/**
 * Reads `--sample` or a PATH. Switches are the browser engine's and are left out; a relative path is the caller's, who stood in `folder`.
 * `skip`: how many leading arguments are the program itself, 1 in a package, 2 where Electron was given a folder.
 */
export function readWish(argv: readonly string[], skip: number, folder: string): Wish {
  if (argv.includes('--sample')) return { kind: 'sample' }
  const [path] = argv.filter((argument, index) => index === 0 || !argument.startsWith('-')).slice(skip)
  if (path === undefined || path === '') return { kind: 'nothing' }
  return { kind: 'open', path: isAbsolute(path) ? path : resolve(folder, path) }
}

/**
 * The wish of a second start, handed over to the first. It comes from this same program, and is looked at all the same:
 * any process may claim to be it.
 */
export function handedWish(data: unknown): Wish {
  const parsed = z.object({ wish }).safeParse(data)
  return parsed.success ? parsed.data.wish : { kind: 'nothing' }
}
