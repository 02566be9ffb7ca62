import type { SourceSession } from '../domain/source.ts'
import type { SourceDeps } from './source-deps.ts'

const walCheckMs = 2_000
const definitionCheckMs = 1_000

/** Looks every two seconds, beside the loop, at what the slot holds. Returns the way to end it. */
export function watchWal(deps: SourceDeps, session: SourceSession, signal: AbortSignal): () => void {
  const { clock, gauge, walGuard, onWalWarning } = deps
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const watch = async (): Promise<void> => {
    let warned = false
    while (!either.aborted) {
      const held = await session.walHeld()
      const wal = walGuard(held, clock.monotonicMs())
      gauge.walHeld(held.retainedBytes, wal)
      if (wal.warning && !warned) onWalWarning(held.retainedBytes, wal)
      warned = wal.warning
      await clock.sleep(walCheckMs, either)
    }
  }
  // A lost connection is the loop's to notice.
  watch().catch(() => {})
  return () => stop.abort()
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
