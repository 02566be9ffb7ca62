import { useEffect, useState } from 'react'
import { formatDuration } from '../../text/format-time.ts'

/** The time that a running step has taken so far, counted here. */
export function RunningTime() {
  const [startedAt] = useState(() => performance.now())
  const [tookMs, setTookMs] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTookMs(performance.now() - startedAt), 100)
    return () => clearInterval(timer)
  }, [startedAt])
  return tookMs < 300 ? null : formatDuration(tookMs)
}
