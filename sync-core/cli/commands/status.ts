import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadPipeline } from '../../manifest/load-pipeline.ts'
import type { CommandIo } from '../io.ts'
import { readStatus, type ShownStatus } from '../read-status.ts'
import { folderName, stateFolders, stateRoot } from '../state-folder.ts'
import { formatTable } from '../table.ts'

/** Prints what an engine does, or did last. Returns the exit code. */
export async function status(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { state: { type: 'string' }, json: { type: 'boolean' } },
  })
  const chosen = await chooseFolder(values.state, positionals, io)
  if (chosen.folder === undefined) return complain(io, chosen.reason)
  const shown = await readStatus(chosen.folder)
  if (typeof shown === 'string') return complain(io, shown)
  io.out(values.json === true ? `${JSON.stringify(shown)}\n` : tables(shown))
  return 0
}

type Chosen = { readonly folder: string } | { readonly folder: undefined; readonly reason: string }

async function chooseFolder(state: string | undefined, paths: readonly string[], io: CommandIo): Promise<Chosen> {
  if (state !== undefined) return { folder: resolve(io.folder, state) }
  const root = stateRoot(process.platform, io.env)
  const [first] = paths
  if (first !== undefined) {
    const { pipeline } = await loadPipeline([resolve(io.folder, first)], io.env)
    const slug = pipeline.manifests[0]?.slug ?? ''
    if (slug === '')
      return { folder: undefined, reason: `Cannot read the slug of ${first}: try "rejot validate ${first}"` }
    return { folder: join(root, folderName(slug)) }
  }
  const names = await stateFolders(root)
  const [only, another] = names
  if (only === undefined)
    return { folder: undefined, reason: `There is no state folder in ${root}: no engine has run yet` }
  if (another === undefined) return { folder: join(root, only) }
  const list = names.map((name) => join(root, name)).join(', ')
  return { folder: undefined, reason: `There are several state folders: name a manifest, or one with --state: ${list}` }
}

function complain(io: CommandIo, reason: string): number {
  io.err(`${reason}\n`)
  return 1
}

function tables({ sources, consumers }: ShownStatus): string {
  if (sources.length === 0 && consumers.length === 0)
    return 'Nothing is known yet: the engine has not reached its databases\n'
  return `${formatTable(
    ['SOURCE', 'STATE', 'RECEIVED', 'CONFIRMED', 'WAL HELD', 'LAG'],
    sources.map((one) => [
      one.slug,
      one.state,
      one.receivedLsn ?? '-',
      one.confirmedLsn ?? '-',
      bytes(one.retainedBytes),
      duration(one.lagMs),
    ]),
  )}\n${formatTable(
    ['CONSUMER', 'STATE', 'OFFSET', 'HEAD', 'PENDING', 'DEAD LETTERS', 'LAG'],
    consumers.map((one) => [
      `${one.manifest}/${one.name}`,
      one.state,
      String(one.offset),
      String(one.head),
      String(one.pending),
      String(one.deadLetters),
      duration(one.lagMs),
    ]),
  )}`
}

function bytes(count: number | null): string {
  if (count === null) return '-'
  return count < 1024 * 1024 ? `${Math.ceil(count / 1024)} KB` : `${(count / 1024 / 1024).toFixed(1)} MB`
}

function duration(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`
}
