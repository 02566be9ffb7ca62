import { spawn } from 'node:child_process'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ReadDefinitions } from '../read-sql-definitions.ts'
import { readExported, type Thrown } from './read-exported.ts'

/** `.js` where this program is compiled. */
const ending = extname(import.meta.filename)
const childPath = join(import.meta.dirname, `child${ending}`)
/** Far above what a definition takes, which is a second with the packages that it imports. */
const timeLimitMs = 30_000
const outputLimit = 16 * 1024 * 1024

/**
 * Runs a TypeScript or JavaScript file and takes the schemas that it exports. It runs in a process of its own, which
 * gets no variable of this one's environment, may read `root` and what belongs to this program, and write nothing. Ask
 * before: what it does beyond that, on the network say, is up to the file. It is ended after `limitMs`. Never rejects:
 * whatever goes wrong becomes a problem.
 */
export async function runDefinitionFile(path: string, root: string, limitMs = timeLimitMs): Promise<ReadDefinitions> {
  return readExported(path, await runChild(path, root, limitMs))
}

function runChild(path: string, root: string, limitMs: number): Promise<string | Thrown> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...childOptions(root), childPath, path], {
      cwd: dirname(path),
      // Windows starts nothing without its own folder's name.
      env: process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot } : {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let errors = ''
    let told: string | undefined
    const timer = setTimeout(() => {
      errors = `It took longer than ${limitMs / 1000} s`
      child.kill('SIGKILL')
    }, limitMs)
    child.stderr?.on('data', (chunk) => {
      if (errors.length < 10_000) errors += String(chunk)
    })
    child.on('message', (message) => {
      if (typeof message === 'string' && message.length < outputLimit) told = message
    })
    child.on('error', (error) => {
      errors = error.message
    })
    child.on('close', () => {
      clearTimeout(timer)
      const reason = errors.split('\n').find((line) => line.trim() !== '')
      resolve(told ?? { message: reason ?? 'It ended without a word', stack: errors })
    })
  })
}

/** Files that it may read end where the workspace does. Types are stripped, not compiled: lines stay where they are. */
function childOptions(root: string): readonly string[] {
  const allowed = process.allowedNodeEnvironmentFlags
  const own = fileURLToPath(new URL('../../../', import.meta.url))
  return [
    ...(allowed.has('--permission')
      ? ['--permission', ...[root, own, packagesFolder()].map((folder) => `--allow-fs-read=${join(folder, '*')}`)]
      : []),
    '--no-warnings',
    '--max-old-space-size=512',
  ]
}

/** The folder `node_modules` that this program's own packages lie in. */
function packagesFolder(): string {
  const zod = fileURLToPath(import.meta.resolve('zod'))
  return zod.slice(0, zod.lastIndexOf('node_modules') + 'node_modules'.length)
}
