import type { VerbOutput } from '../api/verbs.ts'
import type { CommandIo } from './io.ts'

/**
 * Replays for one consumer after the other, and tells what became of each: with `json` for a program, else a sentence.
 * Returns the exit code: 1 when something was refused.
 */
export async function replayEach(
  consumers: readonly string[],
  { io, json }: { readonly io: CommandIo; readonly json: boolean },
  replay: (consumer: string) => Promise<VerbOutput<'replay'>>,
): Promise<number> {
  let code = 0
  for (const consumer of consumers) {
    const result = await replay(consumer)
    io.out(json ? `${JSON.stringify({ consumer, ...result })}\n` : `${consumer}: ${sentence(result)}\n`)
    if (result.refused > 0) code = 1
  }
  return code
}

function sentence({ applied, refused, waiting, reason }: VerbOutput<'replay'>): string {
  if (applied + refused + waiting === 0) return 'nothing to apply'
  const rows = (count: number): string => `${count} ${count === 1 ? 'row' : 'rows'}`
  const failed = refused === 0 ? '' : `; ${rows(refused)} refused again: ${reason ?? 'no reason was given'}`
  const held = waiting === 0 ? '' : `; ${rows(waiting)} held until others have arrived`
  return `applied ${rows(applied)}${failed}${held}`
}
