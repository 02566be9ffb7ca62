import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run, runNpm } from './run.mjs'

/**
 * A package of the npm registry that is no dependency: fetched when it is needed, into a folder of its own.
 *
 * @typedef {object} PinnedPackage
 * @property {string} spec `name@version`
 * @property {string} integrity as the lockfile writes it: a new one is a deliberate change in our own source
 * @property {string} folder where it is unpacked to, absolute; what is there is whole
 * @property {readonly string[]} members what is unpacked of the archive; the first is what becomes the folder
 * @property {readonly string[]} [leaveOut] what is left out of that
 * @property {(unpacked: string) => Promise<void>} [finish] what remains to be done before the folder is in its place
 */

/**
 * Fetches the package with npm, checks it against the pinned hash, unpacks it and puts it into its place. Does nothing
 * when it is there.
 *
 * @param {PinnedPackage} pinned
 * @returns {Promise<void>} throws with a sentence when it cannot be had
 */
export async function ensurePinnedPackage(pinned) {
  const { folder, finish } = pinned
  if (existsSync(folder)) return
  mkdirSync(dirname(folder), { recursive: true })
  const work = mkdtempSync(join(dirname(folder), 'unpacking-'))
  try {
    const archive = await fetchArchive(pinned, work)
    await checkIntegrity(pinned, archive)
    const unpacked = await unpack(pinned, archive, work)
    await finish?.(unpacked)
    renameSync(unpacked, folder)
  } catch (error) {
    // Another start may have been quicker; its folder is as good, and a rename never shows half of one.
    if (!existsSync(folder)) throw error
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/**
 * @param {PinnedPackage} pinned
 * @param {string} work
 */
async function fetchArchive({ spec }, work) {
  const { code, stderr } = await runNpm(['pack', spec, '--pack-destination', work], { quiet: true })
  const archive = readdirSync(work).find((name) => name.endsWith('.tgz'))
  if (code !== 0 || archive === undefined) {
    const reason = stderr.split('\n').find((line) => line.startsWith('npm error')) ?? `npm ended with ${code}`
    throw new Error(`Cannot fetch ${spec}: ${reason}`)
  }
  return join(work, archive)
}

/**
 * @param {PinnedPackage} pinned
 * @param {string} archive
 */
async function checkIntegrity({ spec, integrity }, archive) {
  const hash = createHash('sha512')
  await pipeline(createReadStream(archive), hash)
  if (`sha512-${hash.digest('base64')}` !== integrity) {
    throw new Error(`Cannot use ${spec}: what npm delivered is not what was pinned`)
  }
}

/**
 * @param {PinnedPackage} pinned
 * @param {string} archive
 * @param {string} work
 */
async function unpack({ spec, members, leaveOut = [] }, archive, work) {
  const options = ['--no-same-owner', ...leaveOut.map((path) => `--exclude=${path}`)]
  const { code, stderr } = await run('tar', ['-xzf', archive, '-C', work, ...options, ...members], { quiet: true })
  if (code !== 0) throw new Error(`Cannot unpack ${spec}: ${stderr.trim()}`)
  return join(work, members[0] ?? 'package')
}
