import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Log } from '../../sync-core/domain/log.ts'
import { readPipeline } from '../../sync-core/read-pipeline.ts'
import { systemClock } from '../../sync-core/replication/system-clock.ts'
import { createSyncCore } from '../../sync-core/sync-core.ts'
import { defaultSampleFolder } from './default-folder.ts'
import { runHeadless } from './headless.ts'

// `npm start` without a display: node main/sample/run-headless.ts [--folder FOLDER]

/** The figures say how it goes; only what is wrong comes between them. */
const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => console.error(message),
  error: (message, error) => console.error(error instanceof Error ? `${message}: ${error.message}` : message),
}

process.exitCode = await main()

async function main(): Promise<number> {
  const stopping = new AbortController()
  // The second one ends the process at once; what watches it then stops the databases.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  try {
    const folder = readFolder(process.argv.slice(2))
    const templateFolder = fileURLToPath(new URL('../../assets/sample', import.meta.url))
    const print = (line: string) => console.log(line)
    const deps = { folder, templateFolder, clock: systemClock, log, readPipeline, createSyncCore, print }
    await runHeadless(deps, stopping.signal)
    return 0
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return 1
  }
}

/** Relative to where npm was called. `--sample` is what this is anyway. */
function readFolder(args: readonly string[]): string {
  const { values } = parseArgs({
    args: [...args],
    options: { folder: { type: 'string' }, sample: { type: 'boolean' } },
  })
  return values.folder === undefined
    ? defaultSampleFolder()
    : resolve(process.env.INIT_CWD ?? process.cwd(), values.folder)
}
