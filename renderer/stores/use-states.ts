import { useMemo } from 'react'
import { type ObjectState, statesOf } from './object-state.ts'
import { useApp, useStatus } from './program.ts'

const none: ReadonlyMap<string, ObjectState> = new Map()

/** States of everything in the open workspace, see `statesOf`. */
export function useStates(): ReadonlyMap<string, ObjectState> {
  const workspace = useApp((state) => state.workspace)
  const engine = useApp((state) => state.engine.state)
  const status = useStatus((state) => state.status)
  return useMemo(
    () => (workspace === undefined ? none : statesOf({ workspace, engine, status })),
    [workspace, engine, status],
  )
}
