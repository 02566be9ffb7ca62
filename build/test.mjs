/**
 * `npm test`: sets up what the tests need, then runs them on the project's own Node. Needs nothing but a Node of 20 or
 * later to begin with.
 */
import { join } from 'node:path'
import { checkNode, ensureDependencies } from './dependencies.mjs'
import { ensureElectron } from './electron.mjs'
import { node24 } from './node.mjs'
import { ensureOlderPostgres } from './older-postgres.mjs'
import { projectDir } from './project.mjs'
import { handOver } from './run.mjs'
import { ensureSystemPackages, packagesForElectron, packagesForTests } from './system-packages.mjs'

/** @param {string} line */
const say = (line) => {
  process.stdout.write(`${line}\n`)
}

try {
  checkNode(process.versions.node)
  await ensureDependencies({ say })
  const electron = await ensureElectron({ say })
  await ensureOlderPostgres({ say })
  await ensureSystemPackages([...packagesForTests(), ...(await packagesForElectron(electron))], { say })
  const tests = join(projectDir, 'build', 'test.ts')
  process.exitCode = await handOver(node24(), [tests, ...process.argv.slice(2)], { REJOT_ELECTRON: electron })
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
