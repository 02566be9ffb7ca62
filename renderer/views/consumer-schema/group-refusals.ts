import type { DryRun } from './use-dry-run.ts'

export type Refusal = DryRun['refused'][number]

/** Events that were refused in the same words. */
export interface RefusalGroup {
  readonly refusal: Omit<Refusal, 'event'>
  /** Their places among the events of the run, at least one. */
  readonly events: readonly number[]
}

/** One group for each thing that is wrong, in the order of its first event: fifty rows without a value lack the same value. */
export function groupRefusals(refused: readonly Refusal[]): readonly RefusalGroup[] {
  const groups = new Map<string, { readonly refusal: Refusal; readonly events: number[] }>()
  for (const refusal of refused) {
    const { event, ...said } = refusal
    const same = JSON.stringify(said)
    const group = groups.get(same) ?? { refusal, events: [] }
    group.events.push(event)
    groups.set(same, group)
  }
  return [...groups.values()]
}
