import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildMain, mainEntries } from './build-main.ts'
import { buildRenderer, initialBudgetKiB, rendererPage } from './build-renderer.ts'
import { projectDir } from './project.mjs'
import { hashOf, isStamped, stamp } from './stamp.ts'

interface Part {
  readonly name: string
  /** Files without which there is nothing to build. */
  readonly needs: readonly string[]
  /** Folders and files whose content decides whether it is up to date. */
  readonly inputs: readonly string[]
  /** A file that is there after a build. */
  readonly result: string
  /** Returns what is worth a line. */
  build(): Promise<string>
}

/** What the build itself is made of: after a change here everything is built again. */
const tools = ['build', 'package.json', 'package-lock.json', 'tsconfig.json']

const parts: readonly Part[] = [
  {
    name: 'main process',
    needs: Object.values(mainEntries),
    inputs: [...tools, 'main', 'sync-core'],
    result: 'main/dist/main.js',
    build: buildMain,
  },
  {
    name: 'window',
    needs: [rendererPage],
    inputs: [...tools, 'renderer', 'main/contract', 'sync-core/domain', 'assets'],
    result: 'renderer/dist/index.html',
    build: async () => {
      const { initialKiB } = await buildRenderer()
      const verdict =
        initialKiB > initialBudgetKiB ? `OVER the budget of ${initialBudgetKiB}` : `of ${initialBudgetKiB}`
      return `initial JavaScript ${initialKiB} KiB gzipped, ${verdict} KiB`
    },
  },
]

/**
 * Builds what Electron loads, `main/dist` and `renderer/dist`, and skips what is up to date.
 * Throws with a sentence when something to build is missing or does not compile.
 */
export async function build(say: (line: string) => void): Promise<void> {
  for (const part of parts) {
    const hash = hashOf(part.inputs)
    if (existsSync(join(projectDir, part.result)) && isStamped(part.name, hash)) continue
    const missing = part.needs.filter((path) => !existsSync(join(projectDir, path)))
    if (missing.length > 0) throw new Error(`Cannot build the ${part.name}: ${missing.join(', ')} not found`)
    say(`Building the ${part.name}`)
    const notice = await part.build()
    if (notice !== '') say(`Built the ${part.name}: ${notice}`)
    stamp(part.name, hash)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await build((line) => process.stdout.write(`${line}\n`))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}
