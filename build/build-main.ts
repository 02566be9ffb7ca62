import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, type InlineConfig } from 'vite'
import { projectDir } from './project.mjs'

/**
 * What Electron starts by its file name: name in `main/dist` → source. They lie flat beside one another, so that each
 * finds the others by `import.meta.url`.
 */
export const mainEntries = {
  main: 'main/main.ts',
  'core-host': 'main/core-host/core-host.ts',
  'database-host': 'main/database-host/database-host.ts',
  'sample-host': 'main/sample-host/sample-host.ts',
  'event-reader.worker': 'sync-core/sqlite/event-reader.worker.ts',
  'definition-host': 'main/definition-host/definition-host.ts',
  // What definition files import, by these names.
  'public-schema': 'sync-core/definition-files/typescript/public-schema.ts',
  'consumer-schema': 'sync-core/definition-files/typescript/consumer-schema.ts',
  'adapter-postgres': 'sync-core/definition-files/typescript/adapter-postgres.ts',
  preload: 'main/preload.ts',
} as const

const outDir = join(projectDir, 'main', 'dist')

/** Builds `main/dist`. Returns nothing worth a line; throws with the bundler's words. */
export async function buildMain(): Promise<string> {
  rmSync(outDir, { recursive: true, force: true })
  await build(modules())
  await build(preload())
  return ''
}

/** Node's side: modules that import our packages from node_modules, where their native parts and their own files are. */
function modules(): InlineConfig {
  const { preload: _, ...entries } = mainEntries
  return {
    ...common(),
    ssr: { noExternal: true, external: ['electron', ...runtimePackages()] },
    build: {
      ...output(),
      ssr: true,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(projectDir, path)])),
        output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  }
}

/** A sandboxed preload script is one CommonJS file and may require nothing but Electron. */
function preload(): InlineConfig {
  return {
    ...common(),
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ...output(),
      ssr: true,
      rolldownOptions: {
        input: { preload: join(projectDir, mainEntries.preload) },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  }
}

function common(): InlineConfig {
  return { root: projectDir, configFile: false, envDir: false, publicDir: false, logLevel: 'warn' }
}

function output() {
  return { outDir, emptyOutDir: false, target: 'node24', minify: false, sourcemap: true } as const
}

/** What the packaged program carries in its node_modules. */
function runtimePackages(): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8'))
  return Object.keys(dependencies)
}
