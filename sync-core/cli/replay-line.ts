import type { VerbOutput } from '../api/verbs.ts'

/** What became of a replay: for a program, or a sentence. The exit code is 1 when something was refused. */
export function tellReplay(
  consumer: string,
  result: VerbOutput<'replay'>,
  json: boolean,
): { text: string; code: number } {
  const { applied, refused, waiting, reason } = result
  const code = refused > 0 ? 1 : 0
  if (json) return { text: `${JSON.stringify({ consumer, ...result })}\n`, code }
  const rows = (count: number): string => `${count} ${count === 1 ? 'row' : 'rows'}`
  if (applied + refused + waiting === 0) return { text: `${consumer}: nothing to apply\n`, code }
  const failed = refused === 0 ? '' : `; ${rows(refused)} refused again: ${reason ?? 'no reason was given'}`
  const held = waiting === 0 ? '' : `; ${rows(waiting)} held until others have arrived`
  return { text: `${consumer}: applied ${rows(applied)}${failed}${held}\n`, code }
}
