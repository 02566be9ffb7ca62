import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { cacheDir, projectDir } from './project.mjs'
import { run, runNpm } from './run.mjs'

/** A program on npm that carries a whole Electron for linux-x64. Pinned by hash: a new one is a deliberate change here. */
const substitute = {
  spec: '@circadio/milton-linux-x64@0.1.5',
  integrity: 'sha512-7wwNzk/FGpznHFGnY/O5gZ/bnmLocilf2sn+w0U+2Fsyf0wEK0Vr94kk8kdwP2GGq60C/4C2BeKa/w7zhhpsYw==',
  electron: '41.3.0',
  executable: 'Milton',
}

/** For notices. */
export const substituteName = `the Electron ${substitute.electron} inside ${substitute.spec}`

/** The version of the Electron inside. */
export const substituteVersion = substitute.electron

const folder = join(cacheDir, `electron-${substitute.electron}-linux-x64`)
const executable = join(folder, 'electron')

/** @returns {boolean} whether it is unpacked already */
export function hasSubstitute() {
  return existsSync(executable)
}

/**
 * Fetches the package with npm, checks it against the pinned hash and unpacks it.
 *
 * @returns {Promise<string>} the executable's absolute path; throws with a sentence when it cannot be had
 */
export async function ensureSubstitute() {
  if (hasSubstitute()) return executable
  mkdirSync(cacheDir, { recursive: true })
  const work = mkdtempSync(join(cacheDir, 'unpacking-'))
  try {
    const archive = await fetchArchive(work)
    await checkIntegrity(archive)
    await unpack(archive, work)
    renameSync(join(work, 'app'), folder)
  } catch (error) {
    // Another start may have been quicker; its folder is as good, and a rename never shows half of one.
    if (!hasSubstitute()) throw error
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return executable
}

/** @param {string} work */
async function fetchArchive(work) {
  const { code, stderr } = await runNpm(['pack', substitute.spec, '--pack-destination', work], { quiet: true })
  const archive = readdirSync(work).find((name) => name.endsWith('.tgz'))
  if (code !== 0 || archive === undefined) {
    const reason = stderr.split('\n').find((line) => line.startsWith('npm error')) ?? `npm ended with ${code}`
    throw new Error(`Cannot fetch ${substitute.spec}: ${reason}`)
  }
  return join(work, archive)
}

/** @param {string} archive */
async function checkIntegrity(archive) {
  const hash = createHash('sha512')
  await pipeline(createReadStream(archive), hash)
  if (`sha512-${hash.digest('base64')}` !== substitute.integrity) {
    throw new Error(`Cannot use ${substitute.spec}: what npm delivered is not what was pinned`)
  }
}

/**
 * @param {string} archive
 * @param {string} work
 */
async function unpack(archive, work) {
  const args = [
    '-xzf',
    archive,
    '-C',
    work,
    '--strip-components=1',
    '--no-same-owner',
    '--exclude=package/app/resources',
  ]
  const { code, stderr } = await run('tar', [...args, 'package/app'], { quiet: true })
  if (code !== 0) throw new Error(`Cannot unpack ${substitute.spec}: ${stderr.trim()}`)
  const app = join(work, 'app')
  renameSync(join(app, substitute.executable), join(app, 'electron'))
  const loader = join(app, 'resources', 'app')
  mkdirSync(loader, { recursive: true })
  const from = join(projectDir, 'build', 'default-app')
  await copyFile(join(from, 'main.js'), join(loader, 'main.js'))
  await copyFile(join(from, 'package.json'), join(loader, 'package.json'))
}
