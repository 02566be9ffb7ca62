/**
 * Aborts at the first SIGINT or SIGTERM, or when nobody reads standard output any more. The second signal ends the
 * process at once: everything that counts is on disk or in a destination's transaction, so nothing is lost by it.
 */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController()
  const stop = () => {
    if (stopping.signal.aborted) process.exit(1)
    stopping.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.stdout.on('error', () => stopping.abort())
  return stopping.signal
}
