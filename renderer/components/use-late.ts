import { useEffect, useState } from 'react'

/** Whether something has been going on for longer than 300 ms: before that, showing that one waits only flickers. */
export function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!waiting) return setLate(false)
    const timer = setTimeout(() => setLate(true), 300)
    return () => clearTimeout(timer)
  }, [waiting])
  return late && waiting
}
