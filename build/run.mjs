import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { projectDir } from './project.mjs'

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the project's folder when not given
 * @property {NodeJS.ProcessEnv} [env] added to the environment
 * @property {boolean} [quiet] gather what it prints and return it, in place of showing it
 * @property {AbortSignal} [signal] ends it
 */

/**
 * @typedef {object} Ran
 * @property {number} code its exit code; 128 and the signal's number when a signal ended it; 127 when it is not there
 * @property {string} stdout empty unless `quiet`
 * @property {string} stderr empty unless `quiet`
 */

/**
 * Runs a program to its end. Its standard input is closed: nothing here may wait for an answer.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Ran>} also when it fails: the caller knows what a failure means
 */
export function run(command, args, { cwd = projectDir, env = {}, quiet = false, signal } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 2, 2],
      ...(signal === undefined ? {} : { signal }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.on('error', (error) => {
      // An abort also arrives here, and `close` follows it.
      if (error.name !== 'AbortError') resolve({ code: 127, stdout, stderr: `${stderr}${error.message}` })
    })
    child.on('close', (code) => resolve({ code: code ?? 128, stdout, stderr }))
  })
}

/**
 * Runs npm: the very one that runs us, where there is one, with the person's own configuration.
 *
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Ran>}
 */
export function runNpm(args, options) {
  const script = process.env.npm_execpath
  if (script?.endsWith('.js')) return run(process.execPath, [script, ...args], options)
  if (process.platform === 'win32') return run('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], options)
  return run('npm', args, options)
}

/** Ctrl-C comes twice, from the terminal and from npm, and a second one means "now, whatever is lost". */
const echoMs = 1_000

/**
 * Runs a program in our place: it has our input and output, and gets the signals we get, each once. It stands in a
 * group of its own, so that the terminal does not reach it past us.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env] added to the environment
 * @returns {Promise<number>} its exit code; 128 and the signal's number when a signal ended it
 */
export function handOver(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: projectDir,
      env: { ...process.env, ...env },
      stdio: 'inherit',
      detached: process.platform !== 'win32',
    })
    let lastAt = 0
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      const isEcho = Date.now() - lastAt < echoMs
      lastAt = Date.now()
      if (!isEcho) child.kill(signal)
    }
    /** @type {NodeJS.Signals[]} */
    const passed = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of passed) process.on(signal, pass)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      for (const name of passed) process.off(name, pass)
      resolve(code ?? 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0)))
    })
  })
}
