import type { VerbInput } from '../../api/verbs.ts'
import { readEngineArguments, wholeNumber } from '../engine-options.ts'
import type { CommandIo } from '../io.ts'
import { replayEach } from '../replay-each.ts'
import { tellEngine } from '../tell-engine.ts'
import { UsageError } from '../usage-error.ts'

/** Applies the latest events of some keys once more. Returns the exit code. */
export async function replay(args: readonly string[], io: CommandIo): Promise<number> {
  const { stateDir, json, names, values } = await readEngineArguments(args, 'consumer', io, [
    'offset',
    'from',
    'to',
    'key',
  ])
  const selection = readSelection(values)
  return replayEach(names, { io, json }, (consumer) => tellEngine(stateDir, 'replay', { consumer, ...selection }))
}

type Selection = { readonly key: string } | { readonly from: number; readonly to: number }

function readSelection({ offset, from, to, key }: Readonly<Partial<Record<string, string>>>): Selection {
  const ways = [offset, from, key].filter((way) => way !== undefined)
  if (ways.length !== 1 || (to !== undefined && from === undefined)) {
    throw new UsageError('What is to be replayed? One of --offset N, --from N with --to N, --key KEY')
  }
  if (key !== undefined) return { key } satisfies Partial<VerbInput<'replay'>>
  const first = wholeNumber(offset === undefined ? 'from' : 'offset', offset ?? from ?? '')
  const last = offset !== undefined ? first : to === undefined ? Number.MAX_SAFE_INTEGER : wholeNumber('to', to)
  if (last < first) throw new UsageError('--to must not be before --from')
  return { from: first, to: last }
}
