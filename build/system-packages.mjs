import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'

/** @typedef {(line: string) => void} Say shows one line to the person who waits */

/** What Electron's libraries are called where they come from: beginning of the file's name → Debian package. */
const libraryPackages = {
  'libgtk-3': 'libgtk-3-0',
  libnss3: 'libnss3',
  libnssutil3: 'libnss3',
  libsmime3: 'libnss3',
  libnspr4: 'libnspr4',
  libasound: 'libasound2',
  libgbm: 'libgbm1',
  libXss: 'libxss1',
  'libatk-bridge': 'libatk-bridge2.0-0',
  'libatk-1': 'libatk1.0-0',
  libatspi: 'libatspi2.0-0',
  libcups: 'libcups2',
  libdrm: 'libdrm2',
  libxkbcommon: 'libxkbcommon0',
  libpango: 'libpango-1.0-0',
  libcairo: 'libcairo2',
  libdbus: 'libdbus-1-3',
  libexpat: 'libexpat1',
  libudev: 'libudev1',
}

/**
 * The Debian packages whose libraries this Electron misses here.
 *
 * @param {string} executable
 * @returns {Promise<string[]>} empty when nothing is missing, or when this is no Linux
 */
export async function packagesForElectron(executable) {
  if (process.platform !== 'linux') return []
  const { stdout } = await run('ldd', [executable], { quiet: true })
  const missing = [...stdout.matchAll(/^\s*(\S+) => not found$/gm)].map(([, library]) => library ?? '')
  const known = Object.entries(libraryPackages)
  // An unknown one belongs to what GTK brings along.
  return unique(missing.map((library) => known.find(([start]) => library.startsWith(start))?.[1] ?? 'libgtk-3-0'))
}

/**
 * The Debian packages that the tests need beside Electron's libraries, and that are not there.
 *
 * @returns {string[]}
 */
export function packagesForTests() {
  if (process.platform !== 'linux') return []
  return [
    ...(isCommand('Xvfb') ? [] : ['xvfb']),
    ...(isCommand('xauth') ? [] : ['xauth']),
    ...(isCommand('git') ? [] : ['git']),
    ...(isCommand('ssh-keygen') ? [] : ['openssh-client']),
    ...(isCommand('openssl') ? [] : ['openssl']),
    ...(isCommand('pgbouncer') ? [] : ['pgbouncer']),
    ...(hasPostgres() ? [] : ['postgresql']),
  ]
}

/**
 * Installs Debian packages where that can be done without asking, as root; elsewhere throws with the command to type.
 *
 * @param {readonly string[]} packages
 * @param {{ say: Say }} deps
 */
export async function ensureSystemPackages(packages, { say }) {
  if (packages.length === 0) return
  if (!isCommand('apt-get')) {
    throw new Error(`Cannot go on without these programs and libraries (by Debian's names): ${packages.join(' ')}`)
  }
  if (process.getuid?.() !== 0) {
    throw new Error(
      `Cannot go on without some system packages. Install them with: sudo apt-get install -y ${packages.join(' ')}`,
    )
  }
  say(`Installing system packages: ${packages.join(' ')}`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['-qq', 'update'], { env, quiet: true })
  const named = await Promise.all(packages.map(currentName))
  const { code, stderr } = await withoutCluster(packages, () =>
    run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...named], { env, quiet: true }),
  )
  if (code !== 0) {
    const reason = stderr.split('\n').find((line) => line.startsWith('E: ')) ?? `apt-get ended with ${code}`
    throw new Error(`Cannot install ${named.join(' ')}: ${reason}`)
  }
}

/**
 * Debian 13 and Ubuntu 24.04 renamed libraries when their time became 64 bits wide.
 *
 * @param {string} name
 */
async function currentName(name) {
  if (!name.startsWith('lib')) return name
  const { code } = await run('apt-cache', ['show', `${name}t64`], { quiet: true })
  return code === 0 ? `${name}t64` : name
}

/**
 * Debian's Postgres starts a server as soon as it is installed; the tests need the programs only.
 *
 * @template T
 * @param {readonly string[]} packages
 * @param {() => Promise<T>} install
 * @returns {Promise<T>}
 */
async function withoutCluster(packages, install) {
  if (!packages.includes('postgresql')) return install()
  const folder = '/etc/postgresql-common/createcluster.d'
  const setting = join(folder, 'rejot-tests.conf')
  mkdirSync(folder, { recursive: true })
  writeFileSync(setting, 'create_main_cluster = false\n')
  try {
    return await install()
  } finally {
    rmSync(setting, { force: true })
  }
}

function hasPostgres() {
  if (isCommand('postgres')) return true
  const folder = '/usr/lib/postgresql'
  return (
    existsSync(folder) && readdirSync(folder).some((version) => existsSync(join(folder, version, 'bin', 'postgres')))
  )
}

/** @param {string} name */
function isCommand(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => folder !== '' && existsSync(join(folder, name)))
}

/** @param {readonly string[]} names */
function unique(names) {
  return [...new Set(names)]
}
