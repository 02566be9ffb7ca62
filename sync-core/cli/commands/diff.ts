import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { PlannedStep } from '../../domain/start-plan.ts'
import { type ContractDifference, compareContracts } from '../../manifest/compare-contracts.ts'
import { loadPipeline } from '../../manifest/load-pipeline.ts'
import { chooseStateFolder } from '../choose-state-folder.ts'
import type { CommandIo } from '../io.ts'
import { formatProblem, hasError } from '../print-problems.ts'
import { readManifests } from '../read-manifests.ts'

/** Prints what starting manifests would change, and how contracts differ from former ones. Returns the exit code. */
export async function diff(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      state: { type: 'string' },
      base: { type: 'string', multiple: true },
      offline: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  })
  const { pipeline, problems } = await readManifests(positionals, io)
  for (const problem of problems) io.err(formatProblem(problem, io.folder))
  if (hasError(problems)) return 1
  const former = await loadPipeline(
    (values.base ?? []).map((path) => resolve(io.folder, path)),
    io.env,
    { whole: false },
  )
  const lost = former.problems.filter(({ severity }) => severity === 'error')
  for (const problem of lost) io.err(formatProblem(problem, io.folder))
  if (lost.length > 0) return 1
  const contracts = values.base === undefined ? [] : compareContracts(former.pipeline.manifests, pipeline.manifests)
  const stateDir = await chooseStateFolder({ state: values.state, manifest: positionals[0] }, io)
  const { planPipeline } = await import('../../plan-pipeline.ts')
  const steps = await planPipeline(pipeline, stateDir, values.offline !== true)
  if (values.json === true) io.out(`${JSON.stringify({ contracts, steps })}\n`)
  else io.out(told(contracts, steps))
  const broken = contracts.some(({ fault }) => fault !== undefined) || steps.some(({ action }) => action === 'problem')
  return broken ? 1 : 0
}

const signs: Readonly<Record<PlannedStep['action'] | ContractDifference['state'], string>> = {
  add: '+',
  added: '+',
  change: '~',
  changed: '~',
  remove: '-',
  removed: '-',
  problem: '!',
  unknown: '?',
}

function told(contracts: readonly ContractDifference[], steps: readonly PlannedStep[]): string {
  const lines = [
    ...contracts.flatMap(contractLines),
    ...steps.map(({ action, kind, object, what }) => `${signs[action]} ${kind} ${object}: ${what}`),
  ]
  return lines.length === 0 ? 'Starting this would change nothing\n' : `${lines.join('\n')}\n`
}

function contractLines({ id, state, before, after, changes, fault, readBy }: ContractDifference): readonly string[] {
  const versions =
    before === undefined
      ? `new, ${after}`
      : after === undefined
        ? `gone, was ${before}`
        : before === after
          ? before
          : `${before} → ${after}`
  return [
    `${signs[state]} contract ${id}: ${versions}${readBy.length === 0 ? '' : `, read by ${readBy.join(', ')}`}`,
    ...changes.map(({ needs, what }) => `    it ${what} (${needs})`),
    ...(fault === undefined ? [] : [`! contract ${id}: ${fault}`]),
  ]
}
