import { parseArgs } from 'node:util'
import type { ShownStatus } from '../../api/shown-status.ts'
import { chooseStateFolder } from '../choose-state-folder.ts'
import { Complaint } from '../complaint.ts'
import type { CommandIo } from '../io.ts'
import { type Copies, readStatus } from '../read-status.ts'
import { formatTable } from '../table.ts'

/** Prints what an engine does, or did last. Returns the exit code. */
export async function status(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { state: { type: 'string' }, json: { type: 'boolean' } },
  })
  const folder = await chooseStateFolder({ state: values.state, manifest: positionals[0] }, io)
  const shown = await readStatus(folder)
  if (typeof shown === 'string') throw new Complaint(shown)
  const { copies, manifestNote, remarks, ...fixed } = shown
  if (manifestNote !== undefined) io.err(`${manifestNote}\n`)
  for (const remark of remarks) io.err(`${remark}\n`)
  io.out(values.json === true ? `${JSON.stringify(fixed)}\n` : tables(fixed, copies))
  return 0
}

function tables({ sources, consumers }: ShownStatus, copies: Copies): string {
  if (sources.length === 0 && consumers.length === 0)
    return 'Nothing is known yet: the engine has not reached its databases\n'
  return `${formatTable(
    ['SOURCE', 'STATE', 'RECEIVED', 'CONFIRMED', 'WAL HELD', 'LAG'],
    sources.map((one) => [
      one.slug,
      one.state,
      one.receivedLsn ?? '-',
      one.confirmedLsn ?? '-',
      walHeld(one),
      duration(one.lagMs),
    ]),
  )}${copyTable(copies)}\n${formatTable(
    ['CONSUMER', 'STATE', 'OFFSET', 'HEAD', 'PENDING', 'HELD', 'DEAD LETTERS', 'LAG'],
    consumers.map((one) => [
      `${one.manifest}/${one.name}`,
      one.state,
      String(one.offset),
      String(one.head),
      String(one.pending),
      String(one.held),
      String(one.deadLetters),
      duration(one.lagMs),
    ]),
  )}`
}

/** Only while something is copied. */
function copyTable(copies: Copies): string {
  const underWay = copies.filter(({ state }) => state === 'running' || state === 'waiting')
  if (underWay.length === 0) return ''
  return `\n${formatTable(
    ['PUBLIC SCHEMA', 'COPY', 'ROWS READ'],
    underWay.map((one) => [one.id, one.state, share(one)]),
  )}`
}

function share({ rowsDone, rowsEstimated }: Copies[number]): string {
  return rowsEstimated > 0 ? `${rowsDone} of about ${Math.max(rowsDone, rowsEstimated)}` : String(rowsDone)
}

/** With what a person must know in time: that it will be too much. */
function walHeld({ retainedBytes, walLimitBytes, walFullInMs, walWarning }: ShownStatus['sources'][number]): string {
  if (!walWarning) return bytes(retainedBytes)
  const full = walFullInMs === null ? '' : `, full in ${Math.ceil(walFullInMs / 60_000)} min`
  return `${bytes(retainedBytes)} of ${bytes(walLimitBytes)}!${full}`
}

function bytes(count: number | null): string {
  if (count === null) return '-'
  return count < 1024 * 1024 ? `${Math.ceil(count / 1024)} KB` : `${(count / 1024 / 1024).toFixed(1)} MB`
}

function duration(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`
}
