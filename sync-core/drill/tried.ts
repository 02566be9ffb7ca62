import type { Fault, FaultKind } from './faults.ts'

/** What was tried, in a round or in all of them; only grows. */
export interface Tried {
  /** Committed by clients. */
  transactions: number
  /** Rolled back, refused, deadlocked or cut. */
  undone: number
  /** Events that the store held in the end. */
  events: number
  /** Rows of destinations that were compared with the source in the end. */
  rowsCompared: number
  /** Versions of rows that were compared with what the source had noted of them. */
  versionsCompared: number
  /** Of destinations, by readers. */
  reads: number
  /** Those that found a state that had to be whole. */
  readsChecked: number
  /** How often each fault struck. The kill that ends each round counts too. */
  readonly faults: Record<FaultKind, number>
}

export function nothingTried(): Tried {
  return {
    transactions: 0,
    undone: 0,
    events: 0,
    rowsCompared: 0,
    versionsCompared: 0,
    reads: 0,
    readsChecked: 0,
    faults: {
      kill: 0,
      restart: 0,
      freeze: 0,
      late: 0,
      crash: 0,
      terminate: 0,
      cut: 0,
      stall: 0,
      'half-close': 0,
      refuse: 0,
      pause: 0,
      resume: 0,
      'copy-again': 0,
    },
  }
}

export function countFault(tried: Tried, fault: Fault): void {
  tried.faults[fault.kind] += 1
  if (fault.kind === 'late' && fault.kill) tried.faults.kill += 1
}

export function addTried(sum: Tried, more: Tried): void {
  sum.transactions += more.transactions
  sum.undone += more.undone
  sum.events += more.events
  sum.rowsCompared += more.rowsCompared
  sum.versionsCompared += more.versionsCompared
  sum.reads += more.reads
  sum.readsChecked += more.readsChecked
  for (const kind of Object.keys(sum.faults) as FaultKind[]) sum.faults[kind] += more.faults[kind]
}
