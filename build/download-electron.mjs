import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDir } from './project.mjs'
import { run } from './run.mjs'

/** A site that has not sent a byte for so long is out of reach; a slow one keeps sending. */
const silenceMs = 20_000

/**
 * Lets Electron's own package fetch and check its binary.
 *
 * @param {{ packageDir: string, node: string }} deps where the electron package is; a Node that its script runs on
 * @returns {Promise<boolean>} whether it is there now
 */
export async function downloadElectron({ packageDir, node }) {
  const temporary = join(cacheDir, 'electron-download')
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary, { recursive: true })
  const silent = new AbortController()
  let seen = -1
  let seenAt = Date.now()
  const watch = setInterval(() => {
    const bytes = bytesUnder(temporary) + bytesUnder(join(packageDir, 'dist'))
    if (bytes !== seen) {
      seen = bytes
      seenAt = Date.now()
    } else if (Date.now() - seenAt > silenceMs) silent.abort()
  }, 500)
  try {
    // It downloads to the temporary folder, which is how its progress can be seen from here.
    const env = { TMPDIR: temporary, TEMP: temporary, TMP: temporary, ELECTRON_GET_NO_PROGRESS: '1' }
    const options = { env, quiet: true, signal: silent.signal }
    return (await run(node, [join(packageDir, 'install.js')], options)).code === 0
  } finally {
    clearInterval(watch)
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** @param {string} folder */
function bytesUnder(folder) {
  let bytes = 0
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size
    }
  } catch {
    // Files come and go while it works; the next look counts again.
  }
  return bytes
}
