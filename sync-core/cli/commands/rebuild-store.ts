import { parseArgs } from 'node:util'
import type { RebuiltStore } from '../../rebuild-store.ts'
import { systemClock } from '../../replication/system-clock.ts'
import { chooseStateFolder } from '../choose-state-folder.ts'
import { createConsoleLog } from '../console-log.ts'
import type { CommandIo } from '../io.ts'

/** Makes a new event store in the place of a damaged one. Returns the exit code. */
export async function rebuildStore(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      state: { type: 'string' },
      manifest: { type: 'string' },
      anyway: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  })
  const stateDir = await chooseStateFolder(values, io)
  const rebuilding = await import('../../rebuild-store.ts')
  const rebuilt = rebuilding.rebuildStore({
    stateDir,
    log: createConsoleLog((line) => io.err(`${line}\n`)),
    now: systemClock.now(),
    anyway: values.anyway === true,
  })
  io.out(values.json === true ? `${JSON.stringify({ stateDir, ...rebuilt })}\n` : said(rebuilt))
  return 0
}

function said({ setAside, keys, complete }: RebuiltStore): string {
  const former = setAside === undefined ? 'There were no files to set aside' : `The former files are in ${setAside}`
  const gone = complete
    ? 'Rows that are gone at the source by then are deleted at the destinations.'
    : `Of rows that are gone at the source by then, only those among the ${keys} that could be named are deleted at the
destinations. Others may stay there: compare them, or empty the tables before you start.`
  return `${former}.
Start "rejot sync" as before: every source copies its rows again, and every consumer takes them over what it has.
${gone}
`
}
