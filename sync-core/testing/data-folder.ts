import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { scratchFolder } from './scratch-folder.ts'
import { runAs, type ServerUser } from './server-user.ts'

export interface NewDataFolder {
  readonly binaries: PostgresBinaries
  readonly user: ServerUser | undefined
  /** Does not exist yet; its parent does. */
  readonly dataDir: string
  /** More options of initdb, such as `--wal-segsize=1`. */
  readonly initdb?: readonly string[] | undefined
}

/**
 * Makes a data folder to keep, with the superuser `postgres`. Renamed into place when it is whole and on disk: what
 * was interrupted is never taken for a database. Throws with what initdb said.
 */
export async function makeKeptDataFolder(folder: NewDataFolder, password: string): Promise<void> {
  const half = `${folder.dataDir}.half`
  rmSync(half, { recursive: true, force: true })
  await initDataFolder({ ...folder, dataDir: half }, password, [])
  renameSync(half, folder.dataDir)
}

/**
 * Makes a data folder by copying one that was made once for this version: a test's server starts in a fraction of
 * initdb's time. Returns the password of its superuser, random and the same for all copies of a template.
 */
export async function copyDataTemplate(folder: NewDataFolder): Promise<string> {
  const template = await dataTemplate(folder)
  const source = join(template, 'data')
  if (process.platform === 'win32') cpSync(source, folder.dataDir, { recursive: true })
  // As the server's user: what it copies it owns.
  else await run('cp', ['-R', source, folder.dataDir], folder.user)
  return readFileSync(join(template, 'password'), 'utf8')
}

/** Renamed into place when it is whole, so that any number of processes may make it at once. */
async function dataTemplate(folder: NewDataFolder): Promise<string> {
  const { binaries, user, initdb = [] } = folder
  const scratch = scratchFolder()
  const stamp = createHash('sha256')
    .update([binaries.version, user?.name ?? '', ...initdb].join('\n'))
    .digest('hex')
    .slice(0, 16)
  const template = join(scratch, `template-${stamp}`)
  if (existsSync(template)) return template
  const half = mkdtempSync(join(scratch, 'template-half-'))
  if (user !== undefined) chownSync(half, user.uid, user.gid)
  try {
    const password = randomBytes(18).toString('base64url')
    await initDataFolder({ ...folder, dataDir: join(half, 'data') }, password, ['--no-sync', ...initdb])
    writeFileSync(join(half, 'password'), password, { mode: 0o600 })
    renameSync(half, template)
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    if (!existsSync(template)) throw error
  }
  return template
}

/** Throws with what initdb said. */
async function initDataFolder(folder: NewDataFolder, password: string, more: readonly string[]): Promise<void> {
  const { binaries, user, dataDir } = folder
  mkdirSync(dataDir, { mode: 0o700 })
  const passwordFile = `${dataDir}.password-${randomBytes(6).toString('hex')}`
  writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' })
  if (user !== undefined) {
    chownSync(dataDir, user.uid, user.gid)
    chownSync(passwordFile, user.uid, user.gid)
  }
  const options = ['-D', dataDir, '-U', 'postgres', `--pwfile=${passwordFile}`, '-A', 'scram-sha-256']
  const locale = ['--encoding=UTF8', '--locale=C', '--no-instructions']
  try {
    await run(join(binaries.binDir, 'initdb'), [...options, ...locale, ...more], user)
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true })
    throw error
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

async function run(program: string, args: readonly string[], user: ServerUser | undefined): Promise<void> {
  const child = spawn(program, args, {
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
    ...runAs(user),
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  if (code !== 0) throw new Error(`Cannot prepare a data folder: ${program} ended with ${code}: ${said.trim()}`)
}
