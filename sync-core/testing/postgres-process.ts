import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runAs, type ServerUser } from './server-user.ts'

/** One run of the server program. */
export interface PostgresProcess {
  readonly pid: number
  /** Resolves with its exit code, or the signal that ended it; never rejects. */
  readonly exited: Promise<number | NodeJS.Signals>
  hasExited(): boolean
  signal(signal: NodeJS.Signals): void
  /** What the server said last, for an error text. */
  lastLogLines(): string
}

export interface PostgresProcessOptions {
  readonly binDir: string
  readonly user: ServerUser | undefined
  readonly dataDir: string
  /** Overwritten. A file and no pipe: a pipe that nobody reads stops the server, and so does a busy test. */
  readonly logFile: string
  readonly port: number
  readonly settings: Readonly<Record<string, string | number>>
}

/** Starts the server program and returns at once; whether it takes connections is another question. */
export function startPostgresProcess(options: PostgresProcessOptions): PostgresProcess {
  const { binDir, dataDir, logFile, port, settings, user } = options
  const args = ['-D', dataDir, '-p', `${port}`]
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)
  const output = openSync(logFile, 'w', 0o600)
  const child = spawn(join(binDir, 'postgres'), args, {
    cwd: '/',
    // A session of its own: Ctrl-C in the terminal must reach the program first, which then stops its servers.
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, PGOPTIONS: undefined, PGDATA: undefined, LC_ALL: 'C' },
    ...runAs(user),
  })
  closeSync(output)
  let ended = false
  const exited = ending(child).finally(() => {
    ended = true
  })
  return {
    pid: child.pid ?? 0,
    exited,
    hasExited: () => ended,
    signal: (signal) => sendSignal(child, signal, binDir),
    lastLogLines: () => lastLines(logFile),
  }
}

function ending(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 0))
    child.once('error', () => resolve(127))
  })
}

/** Windows has no signals; there Postgres listens on a pipe of its own, to which `pg_ctl kill` writes. */
function sendSignal(child: ChildProcess, signal: NodeJS.Signals, binDir: string): void {
  if (process.platform !== 'win32' || signal === 'SIGKILL') child.kill(signal)
  else spawnSync(join(binDir, 'pg_ctl'), ['kill', signal.replace('SIG', ''), `${child.pid}`], { windowsHide: true })
}

function lastLines(logFile: string): string {
  if (!existsSync(logFile)) return ''
  return readFileSync(logFile, 'utf8').trim().split('\n').slice(-8).join('\n')
}
