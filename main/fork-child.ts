import { type MessagePortMain, utilityProcess } from 'electron'
import type { z } from 'zod'
import type { Log } from '../sync-core/domain/log.ts'

/** A process of our own beside main. `Out` is what it is told. */
export interface Child<Out> {
  /** `undefined` until it has started. */
  readonly pid: number | undefined
  post(message: Out): void
  /** Hands it one end of a channel. */
  postPort(message: Out, port: MessagePortMain): void
  /** At once and without asking. */
  kill(): void
}

export interface ChildOptions<In> {
  /** The built script. */
  readonly script: string
  /** Shown by the system's process list. */
  readonly name: string
  /** What it may say; anything else is logged and dropped. */
  readonly inbound: z.ZodType<In>
  readonly log: Log
  /** Its whole environment; ours without what is secret when absent. Never empty: Electron hands ours on then. */
  readonly env?: Record<string, string>
  /** Ours when absent. */
  readonly cwd?: string
  onSpawn(pid: number | undefined): void
  onMessage(message: In): void
  /** Once, after the last message. */
  onExit(code: number): void
}

/** Starts a utility process. Never throws: a script that cannot start is an exit like any other. */
export function forkChild<Out, In>(options: ChildOptions<In>): Child<Out> {
  const { script, name, inbound, log } = options
  const child = utilityProcess.fork(script, [], {
    serviceName: name,
    env: options.env ?? withoutSecrets(process.env),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: process.stdout.isTTY ? 'inherit' : 'ignore',
  })
  child.on('spawn', () => options.onSpawn(child.pid))
  child.on('message', (data: unknown) => {
    const parsed = inbound.safeParse(data)
    if (parsed.success) options.onMessage(parsed.data)
    else log.warn(`Cannot read a message of ${name}: it is not what was agreed`)
  })
  // Nothing is posted to a process that is gone: Electron's main process was seen to crash around the end of one.
  let gone = false
  child.on('exit', (code) => {
    gone = true
    options.onExit(code)
  })
  const postTo = (message: Out, ports: readonly MessagePortMain[]): void => {
    if (!gone) child.postMessage(message, [...ports])
  }

  return {
    get pid() {
      return child.pid
    },
    post: (message) => postTo(message, []),
    postPort: (message, port) => postTo(message, [port]),
    kill: () => {
      if (child.pid !== undefined) killNow(child.pid)
    },
  }
}

/** Passwords of connections go by message; settings of libpq would change what a manifest says. */
export function withoutSecrets(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !/^(REJOT_|PG|MYSQL_)/.test(name)) kept[name] = value
  }
  return kept
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already, which is what was wanted.
  }
}
