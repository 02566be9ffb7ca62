import { spawn } from 'node:child_process'
import type { StopMode } from './stop-mode.ts'

/**
 * Waits for the end of its standard input, which comes when the process that started it is gone, however it went.
 * Signals the server only while its lock file still names it: the number could be somebody else's by then.
 */
const script = `
read -r _
[ "$(head -n 1 "$2/postmaster.pid" 2>/dev/null)" = "$1" ] || exit 0
kill -s "$3" "$1"
[ -n "$4" ] || exit 0
tries=0
while [ -e "$2/postmaster.pid" ] && [ $tries -lt 20 ]; do sleep 1; tries=$((tries + 1)); done
rm -rf -- "$4"
`

export interface ParentWatchOptions {
  readonly serverPid: number
  readonly dataDir: string
  readonly mode: StopMode
  /** Deleted after the server, when it was made for this run only. */
  readonly deleteFolder: string | undefined
}

const signalNames = { smart: 'TERM', fast: 'INT', immediate: 'QUIT' } as const satisfies Record<StopMode, string>

/**
 * Ends a server when this process dies, also by SIGKILL: a shell of about a megabyte holds a pipe to us.
 * Returns the way to call it off. On Windows, which has no shell, only an ordinary exit ends the server.
 */
export function watchParent(options: ParentWatchOptions): () => void {
  if (process.platform === 'win32') return endAtExit(options.serverPid)
  const { serverPid, dataDir, mode, deleteFolder } = options
  const args = ['-c', script, 'sh', `${serverPid}`, dataDir, signalNames[mode], deleteFolder ?? '']
  // A session of its own: Ctrl-C in the terminal must reach the program first, not this.
  const watcher = spawn('/bin/sh', args, { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  watcher.on('error', () => undefined)
  watcher.stdin.on('error', () => undefined)
  watcher.unref()
  if ('unref' in watcher.stdin && typeof watcher.stdin.unref === 'function') watcher.stdin.unref()
  return () => {
    watcher.kill('SIGKILL')
    watcher.stdin.destroy()
  }
}

function endAtExit(pid: number): () => void {
  const end = () => process.kill(pid)
  process.on('exit', end)
  return () => process.off('exit', end)
}
