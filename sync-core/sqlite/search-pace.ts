/** How far a search goes in one step, and when it gives up for this call. */
export interface SearchPace {
  /** Events to look at in the next step. */
  readonly step: number
  readonly over: boolean
  /** A step has been made: the next one is longer or shorter by how long it took. */
  stepped(): void
}

/** Half of what a call may take, because a step that has begun is finished. */
const callBudgetMs = 50
const shortStepMs = 8
const longStepMs = 20
const longestStep = 65_536

/** `firstStep`: small where each event may be large and is read whole. */
export function startSearch(firstStep: number, budgetMs = callBudgetMs): SearchPace {
  const began = performance.now()
  let step = firstStep
  let stepBegan = began
  return {
    get step() {
      return step
    },
    get over() {
      return performance.now() - began > budgetMs
    },
    stepped: () => {
      const now = performance.now()
      const tookMs = now - stepBegan
      stepBegan = now
      if (tookMs < shortStepMs) step = Math.min(step * 2, longestStep)
      else if (tookMs > longStepMs) step = Math.max(Math.floor(step / 4), 1)
    },
  }
}
