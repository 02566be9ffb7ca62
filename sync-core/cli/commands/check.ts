import { parseArgs } from 'node:util'
import { checkConnection } from '../../check-connection.ts'
import type { CheckPurpose, CheckRequest, CheckStep } from '../../domain/connection-check.ts'
import { readTableName } from '../../sql/table-name.ts'
import { checkLine, checkSummary } from '../check-line.ts'
import type { CommandIo } from '../io.ts'
import { readConnectionArgument } from '../read-connection-argument.ts'
import { stopSignal } from '../stop-signal.ts'
import { UsageError } from '../usage-error.ts'

/** Asks a database step by step whether it can be used, and prints each answer as it comes. Returns the exit code. */
export async function check(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { as: { type: 'string' }, tables: { type: 'string' }, json: { type: 'boolean' } },
  })
  const [argument, ...manifests] = positionals
  if (argument === undefined) throw new UsageError('Which connection?')
  const asked = await readConnectionArgument(argument, manifests, readPurpose(values.as), io)
  const request = withTables(asked, readTables(values.tables))
  const json = values.json === true
  if (!json) io.out(`${headLine(request)}\n\n`)
  const steps = await checkConnection(request, {
    signal: stopSignal(),
    onStep(step) {
      if (step.state !== 'waiting' && step.state !== 'running') io.out(json ? jsonLine(step) : checkLine(step))
    },
  })
  if (!json) io.out(`\n${checkSummary(steps)}\n`)
  // One that was stopped has not passed.
  const whole = steps.every(({ state, sentence }) => state !== 'skipped' || sentence !== 'Stopped')
  return whole && steps.every(({ state }) => state !== 'failed') ? 0 : 1
}

function jsonLine(step: CheckStep): string {
  return `${JSON.stringify(step)}\n`
}

function headLine({ connection, purpose }: CheckRequest): string {
  const { slug, host, port, database, user } = connection
  const wanted = { source: 'as a source', destination: 'as a destination', both: 'as source and destination' }
  return `${slug}: ${host}:${port}, database ${database}, user ${user}, ${wanted[purpose]}`
}

function readPurpose(value: string | undefined): CheckPurpose | undefined {
  if (value === undefined || value === 'source' || value === 'destination' || value === 'both') return value
  throw new UsageError('--as is source, destination or both')
}

function readTables(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  const names = [...text.matchAll(/(?:"(?:[^"]|"")*"|[^,"])+/g)].map(([name]) => name.trim())
  for (const name of names) {
    if (readTableName(name) === undefined) throw new UsageError(`"${name}" is no name of a table`)
  }
  return names
}

function withTables(request: CheckRequest, tables: readonly string[] | undefined): CheckRequest {
  if (tables === undefined) return request
  return request.purpose === 'destination' ? { ...request, writes: tables } : { ...request, reads: tables }
}
