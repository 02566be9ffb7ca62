import { useEffect, useRef } from 'react'
import { useOverlay } from './program.ts'

/** Calls `find` when a person asks for the field that finds things here; what was asked of the screen before is not meant. */
export function useFindWish(find: () => void): void {
  const wish = useOverlay((state) => state.wish)
  const seen = useRef(wish.turn)
  const latest = useRef(find)
  latest.current = find
  useEffect(() => {
    if (wish.id === 'find' && wish.turn !== seen.current) latest.current()
    seen.current = wish.turn
  }, [wish])
}
