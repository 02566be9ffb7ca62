import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type ShownStatus, shownStatus } from '../api/shown-status.ts'

/** What is shown of a status that another process wrote, perhaps another version of this program. */
const statusFile = z.object({
  pid: z.int(),
  status: z.object({
    state: z.string(),
    manifestNote: z.string().optional(),
    sources: z.array(
      z.object({
        slug: z.string(),
        state: z.string(),
        receivedLsn: z.string().optional(),
        confirmedLsn: z.string().optional(),
        retainedBytes: z.number().optional(),
        wal: z
          .object({
            limitBytes: z.number(),
            growthBytesPerSecond: z.number(),
            fullInMs: z.number().optional(),
            warning: z.boolean(),
          })
          .optional(),
        lagMs: z.number(),
      }),
    ),
    publicSchemas: z
      .array(
        z.object({
          id: z.string(),
          failure: z.object({ message: z.string(), solution: z.string() }).optional(),
          contractFault: z.string().optional(),
          backfill: z.object({ state: z.string(), rowsDone: z.number(), rowsEstimated: z.number() }),
        }),
      )
      .default([]),
    consumers: z.array(
      z.object({
        name: z.string(),
        manifest: z.string(),
        state: z.string(),
        offset: z.number(),
        head: z.number(),
        pending: z.number(),
        deadLetters: z.number(),
        held: z.number().default(0),
        lagMs: z.number(),
      }),
    ),
  }),
})

/** How far the copies of public schemas are; for people, since the members of the status itself are fixed. */
export type Copies = readonly {
  readonly id: string
  readonly state: string
  readonly rowsDone: number
  readonly rowsEstimated: number
}[]

interface KnownToPeople {
  readonly copies: Copies
  /** What is to be said of public schemas: why one is halted, or what a row of it has against its contract. */
  readonly remarks: readonly string[]
  /** The manifests' files are not what the engine runs any more. */
  readonly manifestNote?: string | undefined
}

/**
 * The status that the engine of a state folder wrote last. When that engine does not run any more everything is
 * `stopped`, and the rest is what was known at its end. A sentence instead of a status when there is nothing to read.
 */
export async function readStatus(stateDir: string): Promise<(ShownStatus & KnownToPeople) | string> {
  if (!(await isFolder(stateDir))) return `There is no state folder ${stateDir}: no engine has run with it`
  const text = await readText(join(stateDir, 'status.json'))
  if (text === undefined) return { sources: [], consumers: [], copies: [], remarks: [] }
  const parsed = statusFile.safeParse(jsonOf(text))
  if (!parsed.success) return `Cannot read status.json in ${stateDir}: it is not of this version`
  const { pid, status } = parsed.data
  const stopped = status.state === 'stopped' || !isRunning(pid)
  return {
    ...shownStatus(status, stopped),
    manifestNote: stopped ? undefined : status.manifestNote,
    remarks: status.publicSchemas.flatMap(({ id, failure, contractFault }) => [
      ...(failure === undefined ? [] : [`${id} is halted. ${failure.message}. ${failure.solution}`]),
      ...(contractFault === undefined ? [] : [`${id}: ${contractFault}`]),
    ]),
    copies: status.publicSchemas.map(({ id, backfill }) => ({ id, ...backfill })),
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Signal 0 is delivered to nobody; a process of somebody else answers EPERM and runs all the same. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
