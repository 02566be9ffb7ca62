import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from './build.ts'
import { node24 } from './node.mjs'
import { packageCommandLine } from './package-command-line.ts'
import { cacheDir, projectDir } from './project.mjs'
import { handOver } from './run.mjs'
import { ensureSubstitute, substituteName, substituteVersion } from './substitute-electron.mjs'

export interface PackageOptions {
  /** Only the folder that installers are made of. */
  readonly dir: boolean
  /** Absolute; `release` when not given. */
  readonly output?: string | undefined
  /** A folder with an unpacked Electron, in place of the official one that electron-builder fetches. */
  readonly electronDist?: string | undefined
}

/**
 * Builds the program and packs it for this platform as electron-builder.yml says. Returns electron-builder's exit code;
 * throws with a sentence when there is nothing to pack.
 */
export async function packageProgram(options: PackageOptions, say: (line: string) => void): Promise<number> {
  await build(say)
  const args = [
    ...(options.dir ? ['--dir'] : []),
    ...(options.output === undefined ? [] : [`-c.directories.output=${options.output}`]),
  ]
  if (options.electronDist === undefined) return electronBuilder(args)
  const dist = options.electronDist
  say(`Packing the Electron in ${dist}, not the official download`)
  mkdirSync(cacheDir, { recursive: true })
  const clean = mkdtempSync(join(cacheDir, 'electron-dist-'))
  try {
    // What Electron loads when it has no program must not get into a package.
    const defaultApp = join(dist, 'resources')
    cpSync(dist, clean, { recursive: true, filter: (path) => path !== defaultApp })
    return await electronBuilder([...args, `-c.electronDist=${clean}`, `-c.electronVersion=${versionOf(dist)}`])
  } finally {
    rmSync(clean, { recursive: true, force: true })
  }
}

/** The packed program's executable under `output`, as a `--dir` build makes it on this platform. */
export function packagedExecutable(output: string): string {
  const arch = process.arch === 'x64' ? '' : `-${process.arch}`
  if (process.platform === 'darwin') return join(output, `mac${arch}`, 'ReJot Desktop.app/Contents/MacOS/ReJot Desktop')
  if (process.platform === 'win32') return join(output, `win${arch}-unpacked`, 'ReJot Desktop.exe')
  return join(output, `linux${arch}-unpacked`, 'rejot-desktop')
}

function electronBuilder(args: readonly string[]): Promise<number> {
  const cli = join(projectDir, 'node_modules', 'electron-builder', 'cli.js')
  return handOver(node24(), [cli, '--publish', 'never', '--config', 'electron-builder.yml', ...args])
}

function versionOf(dist: string): string {
  const file = join(dist, 'version')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim().replace(/^v/, '')
  return substituteVersion
}

async function electronDistFrom(values: { 'electron-dist'?: string; 'substitute-electron'?: boolean }) {
  const path = values['electron-dist']
  if (path !== undefined) return resolve(process.env.INIT_CWD ?? process.cwd(), path)
  if (values['substitute-electron'] !== true) return undefined
  process.stdout.write(`Packing ${substituteName}: for trials only, not to be given to anybody\n`)
  return join(await ensureSubstitute(), '..')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { values } = parseArgs({
      options: {
        dir: { type: 'boolean', default: false },
        output: { type: 'string' },
        'electron-dist': { type: 'string' },
        'substitute-electron': { type: 'boolean' },
        'command-line': { type: 'boolean', default: false },
      },
    })
    const output =
      values.output === undefined ? undefined : resolve(process.env.INIT_CWD ?? process.cwd(), values.output)
    const say = (line: string): void => {
      process.stdout.write(`${line}\n`)
    }
    if (values['command-line']) say(`Packed ${await packageCommandLine(output ?? join(projectDir, 'release'))}`)
    else {
      const electronDist = await electronDistFrom(values)
      process.exitCode = await packageProgram({ dir: values.dir, output, electronDist }, say)
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}
