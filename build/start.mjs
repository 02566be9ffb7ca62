/**
 * `npm start`: from a fresh clone to an open window. Needs nothing but a Node of 20 or later, so it imports only what
 * has no dependencies; each step does nothing when there is nothing to do.
 */
import { existsSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { checkNode, ensureDependencies } from './dependencies.mjs'
import { ensureElectron, launchArguments } from './electron.mjs'
import { node24 } from './node.mjs'
import { projectDir } from './project.mjs'
import { handOver } from './run.mjs'
import { ensureSystemPackages, packagesForElectron } from './system-packages.mjs'

/** @param {string} line */
const say = (line) => {
  process.stdout.write(`${line}\n`)
}

try {
  const args = process.argv.slice(2)
  checkNode(process.versions.node)
  await ensureDependencies({ say })
  process.exitCode = hasDisplay() ? await startWindow(args) : await startHeadless(args)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

function hasDisplay() {
  return process.platform !== 'linux' || [process.env.DISPLAY, process.env.WAYLAND_DISPLAY].some((name) => name)
}

/** @param {string[]} args */
async function startWindow(args) {
  const built = await handOver(node24(), [join(projectDir, 'build', 'build.ts')])
  if (built !== 0) return built
  const electron = await ensureElectron({ say })
  await ensureSystemPackages(await packagesForElectron(electron), { say })
  return handOver(electron, [...launchArguments({ say }), projectDir, ...args.map(callersPath)])
}

/** @param {string[]} args */
async function startHeadless(args) {
  say('There is no display (DISPLAY and WAYLAND_DISPLAY are empty), so there is no window.')
  say('For the window, run this in a desktop session, or connect with `ssh -X` or `ssh -Y`.')
  const path = args.find((arg) => !arg.startsWith('-'))
  if (path !== undefined)
    throw new Error(`Cannot open ${path} without a window. Use: npm run --silent rejot -- sync ${path}`)
  say('Running the sample workspace without it. End with Ctrl-C.')
  const sample = join(projectDir, 'main', 'sample', 'run-headless.ts')
  if (!existsSync(sample)) throw new Error(`Cannot run the sample: ${sample} not found`)
  return handOver(node24(), [sample, ...args.filter((arg) => arg !== '--sample')])
}

/**
 * npm runs us in the project's folder; a path is meant from where the person stands.
 *
 * @param {string} arg
 */
function callersPath(arg) {
  return arg.startsWith('-') || isAbsolute(arg) ? arg : resolve(process.env.INIT_CWD ?? process.cwd(), arg)
}
