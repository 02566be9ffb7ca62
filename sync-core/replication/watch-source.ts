import type { SourceSession, WalHeld } from '../domain/source.ts'
import type { SourceDeps } from './source-deps.ts'

const walCheckMs = 2_000
const haltedCheckMs = 60_000
const definitionCheckMs = 1_000

/** Looks every two seconds, beside the loop, at what the slot holds. Returns the way to end it. */
export function watchWal(deps: SourceDeps, session: SourceSession, signal: AbortSignal): () => void {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const tell = tellWal(deps)
  const watch = async (): Promise<void> => {
    while (!either.aborted) {
      tell(await session.walHeld())
      await deps.clock.sleep(walCheckMs, either)
    }
  }
  // A lost connection is the loop's to notice.
  watch().catch(() => {})
  return () => stop.abort()
}

/**
 * Looks once a minute, until the signal aborts, at what the slot of a halted source holds: nobody reads it, so that it
 * only grows. Where the server cannot be reached, nothing is to be known.
 */
export async function watchHaltedWal(deps: SourceDeps, signal: AbortSignal): Promise<void> {
  const tell = tellWal(deps)
  while (!signal.aborted) {
    const held = await deps.source.walHeld().catch(() => undefined)
    if (held !== undefined && !signal.aborted) tell(held)
    await deps.clock.sleep(haltedCheckMs, signal)
  }
}

function tellWal({ clock, gauge, walGuard, onWalWarning }: SourceDeps): (held: WalHeld) => void {
  let warned = false
  return (held) => {
    const wal = walGuard(held, clock.monotonicMs())
    gauge.walHeld(held.retainedBytes, wal)
    if (wal.warning && !warned) onWalWarning(held.retainedBytes, wal)
    warned = wal.warning
  }
}

/** Looks once a second, beside the loop, which asks between two epochs, whether tables or contracts have changed. */
export function watchDefinitions(
  { clock, gauge, setAside }: SourceDeps,
  session: SourceSession,
  leftAlone: ReadonlySet<string>,
  signal: AbortSignal,
): { readonly changed: boolean; stop(): void } {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  let changed = false
  const watch = async (): Promise<void> => {
    while (!either.aborted && !changed) {
      await clock.sleep(definitionCheckMs, either)
      if (either.aborted) return
      for (const { id } of session.schemas) gauge.contractFault(id, session.contractFault(id))
      changed = setAside.isDue(leftAlone) || !(await session.isCurrent())
    }
  }
  // A lost connection is the loop's to notice.
  watch().catch(() => {})
  return {
    get changed() {
      return changed
    },
    stop: () => stop.abort(),
  }
}
