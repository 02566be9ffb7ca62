import { join } from 'node:path'
import { projectDir } from './project.mjs'

/**
 * The Node that everything but the first file runs on. It comes from the lockfile, so that the native modules and the
 * reading of TypeScript are the same on every machine; the person's own Node only has to start it.
 *
 * @returns {string} the absolute path where npm puts it, whether or not it is there
 */
export function node24() {
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  return join(projectDir, 'node_modules', nodePackage(), 'bin', file)
}

/**
 * @returns {string} name of the package that carries it on this platform
 */
export function nodePackage() {
  return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
}
