import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { TestWorkspace } from './engine.ts'
import { waitFor } from './wait-for.ts'

const rejotFile = new URL('../cli/rejot.ts', import.meta.url).pathname

export interface EngineLine {
  readonly time: string
  readonly event: string
  readonly [member: string]: unknown
}

/** `rejot sync` in a process of its own, which a test can kill. */
export interface EngineProcess {
  readonly pid: number
  readonly lines: readonly EngineLine[]
  /** What it wrote to stderr. */
  readonly errors: () => string
  /** Resolves with the first line of that event; rejects when the process ends before. */
  said(event: string, timeoutMs?: number): Promise<EngineLine>
  /** Resolves once it is gone, with its exit code or the signal that ended it. */
  signal(name: NodeJS.Signals): Promise<number | NodeJS.Signals>
  readonly isRunning: boolean
}

export interface EngineProcessOptions {
  readonly nodeFlags?: readonly string[]
  /** Of `rejot sync`, beside the manifest and the state folder. */
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

export function startEngineProcess(
  workspace: Pick<TestWorkspace, 'manifestPath' | 'stateDir'>,
  options: EngineProcessOptions = {},
): EngineProcess {
  const args = [...(options.nodeFlags ?? []), rejotFile, 'sync', workspace.manifestPath, '--state', workspace.stateDir]
  const child: ChildProcess = spawn(process.execPath, [...args, ...(options.args ?? []), '--json'], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: EngineLine[] = []
  let errors = ''
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as EngineLine))
  }
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    pid: child.pid ?? 0,
    lines,
    errors: () => errors,
    async said(event, timeoutMs = 30_000) {
      const look = (): EngineLine | 'ended' | undefined =>
        lines.find((line) => line.event === event) ?? (isRunning() ? undefined : 'ended')
      const line = await waitFor(look, { what: `the line "${event}"`, timeoutMs })
      if (line === 'ended' || line === undefined) throw new Error(`Cannot wait for "${event}": it ended. ${errors}`)
      return line
    },
    async signal(name) {
      if (isRunning()) {
        const gone = once(child, 'exit')
        child.kill(name)
        await gone
      }
      return child.exitCode ?? child.signalCode ?? 'SIGKILL'
    },
    get isRunning() {
      return isRunning()
    },
  }
}
