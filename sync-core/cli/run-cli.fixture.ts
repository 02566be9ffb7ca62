import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'

export interface CliResult {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const script = fileURLToPath(new URL('rejot.ts', import.meta.url))

/** Starts the real command in a folder, with state kept there and nothing of the caller's environment in the way. */
export function startCli(folder: string, args: readonly string[]): ChildProcess {
  const env = {
    ...process.env,
    INIT_CWD: folder,
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    LOCALAPPDATA: folder,
  }
  return spawn(process.execPath, [script, ...args], { cwd: tmpdir(), env, stdio: ['ignore', 'pipe', 'pipe'] })
}

export async function runCli(folder: string, args: readonly string[]): Promise<CliResult> {
  const child = startCli(folder, args)
  const closed = once(child, 'close')
  const read = (stream: NodeJS.ReadableStream | null) => (stream === null ? '' : text(stream))
  const [out, err] = await Promise.all([read(child.stdout), read(child.stderr)])
  await closed
  return { code: child.exitCode, out, err }
}

/** A folder with these files in it, gone after the tests. */
export async function folderWith(files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rejot-cli-test-'))
  after(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, undefined, 2))
  }
  return folder
}
