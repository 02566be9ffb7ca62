import type { ObjectState } from '../../stores/object-state.ts'

/** How a connection is drawn. */
export interface EdgeLook {
  readonly kind: 'normal' | 'retrying' | 'failed' | 'paused' | 'idle'
  readonly width: number
}

/** Pixels for a rate: 1.2 when little flows, 4.2 from a few hundred rows a second on. */
export function rateWidth(rowsPerSecond: number): number {
  return Math.min(4.2, Math.max(1.2, 0.5 + 0.6 * Math.log2(1 + rowsPerSecond / 8)))
}

export function edgeLook(state: ObjectState | undefined, rowsPerSecond: number): EdgeLook {
  switch (state?.glyph) {
    case 'retrying':
      return { kind: 'retrying', width: 2 }
    case 'failed':
      // Dead letters stop a key, not the line.
      return state.deadLetters !== undefined
        ? { kind: 'normal', width: rateWidth(rowsPerSecond) }
        : { kind: 'failed', width: 2 }
    case 'paused':
      return { kind: 'paused', width: 1.4 }
    case 'waiting':
    case undefined:
      return { kind: 'idle', width: 1.2 }
    default:
      return { kind: 'normal', width: rateWidth(rowsPerSecond) }
  }
}
