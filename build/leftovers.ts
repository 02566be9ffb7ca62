import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

export interface Descendants {
  /** To be put into the environment of the process that is watched; its children inherit it. */
  readonly mark: Readonly<Record<string, string>>
  /** Ends the process and all that came of it, at once. */
  kill(): void
  /** Returns what still runs of it, as a line each, and ends that. */
  end(): Promise<readonly string[]>
}

interface Process {
  readonly pid: number
  readonly parent: number
  /** With the number, tells a process from a later one of the same number. */
  readonly startedAt: string
  readonly state: string
}

const graceMs = 3_000
const lookEveryMs = 250
const variable = 'REJOT_TEST_MARK'

/**
 * Watches a process and all that comes of it, so that a test which leaves a server running is found out. Two nets: the
 * mark in the environment, and the family tree looked at again and again, because Postgres writes over its environment
 * and a detached child loses its parent. Linux only; elsewhere nothing is found.
 */
export function watchDescendants(): Descendants {
  const value = randomUUID()
  const seen = new Map<number, string>()
  const look = (): void => {
    for (const { pid, startedAt } of family(processes(), `${variable}=${value}`, seen)) seen.set(pid, startedAt)
  }
  const timer = setInterval(look, lookEveryMs)
  const isAlive = ({ pid, startedAt, state }: Process): boolean => seen.get(pid) === startedAt && state !== 'Z'
  return {
    mark: { [variable]: value },
    kill: () => {
      look()
      for (const process of processes()) if (isAlive(process)) endIt(process)
    },
    end: async () => {
      clearInterval(timer)
      look()
      const giveUpAt = Date.now() + graceMs
      while (processes().some(isAlive) && Date.now() < giveUpAt) await pause(50)
      return processes().filter(isAlive).map(endIt)
    },
  }
}

/** Marked ones, known ones, and all children of these. */
function family(all: readonly Process[], mark: string, known: ReadonlyMap<number, string>): readonly Process[] {
  const members = new Map<number, Process>()
  for (const process of all) {
    if (known.get(process.pid) === process.startedAt || isMarked(process.pid, mark)) members.set(process.pid, process)
  }
  for (let before = -1; before !== members.size; ) {
    before = members.size
    for (const process of all) if (members.has(process.parent)) members.set(process.pid, process)
  }
  return [...members.values()]
}

function processes(): readonly Process[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : ''
    // The command stands in brackets and may hold anything; after it come state and parent, and the start as 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, parent] = fields
    const startedAt = fields[19]
    if (state === undefined || parent === undefined || startedAt === undefined) return []
    return [{ pid: Number(name), parent: Number(parent), startedAt, state }]
  })
}

function isMarked(pid: number, mark: string): boolean {
  return pid !== process.pid && read(`/proc/${pid}/environ`).includes(mark)
}

function endIt({ pid }: Process): string {
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself just now; it still was left over.
  }
  return `Process ${pid} still ran after the file had ended: ${command}`
}

/** A process may end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
