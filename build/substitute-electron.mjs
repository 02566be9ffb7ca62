import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensurePinnedPackage } from './pinned-package.mjs'
import { cacheDir, projectDir } from './project.mjs'

/** A program on npm that carries a whole Electron for linux-x64. */
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
 * Fetches the package and makes an Electron of it.
 *
 * @returns {Promise<string>} the executable's absolute path; throws with a sentence when it cannot be had
 */
export async function ensureSubstitute() {
  const { spec, integrity } = substitute
  await ensurePinnedPackage({
    spec,
    integrity,
    folder,
    members: ['package/app'],
    leaveOut: ['package/app/resources'],
    finish: becomeElectron,
  })
  return executable
}

/** @param {string} app */
async function becomeElectron(app) {
  renameSync(join(app, substitute.executable), join(app, 'electron'))
  const loader = join(app, 'resources', 'app')
  mkdirSync(loader, { recursive: true })
  const from = join(projectDir, 'build', 'default-app')
  await copyFile(join(from, 'main.js'), join(loader, 'main.js'))
  await copyFile(join(from, 'package.json'), join(loader, 'package.json'))
}
