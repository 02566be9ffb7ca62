import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { importsOf } from './imports-of.ts'
import { node24 } from './node.mjs'
import { cacheDir, projectDir } from './project.mjs'
import { run, runNpm } from './run.mjs'

/** What is started by its file name: the command, and what a TypeScript definition runs in and imports. */
const entries = [
  'sync-core/cli/rejot.ts',
  'sync-core/definition-files/typescript/child.ts',
  'sync-core/definition-files/typescript/public-schema.ts',
  'sync-core/definition-files/typescript/consumer-schema.ts',
  'sync-core/definition-files/typescript/adapter-postgres.ts',
]

/** Only in a checkout: the drill brings Postgres servers of its own, which a server has no use for. */
const leftOut = ['sync-core/cli/commands/drill.js', 'sync-core/drill', 'sync-core/testing']

/**
 * Packs `rejot` as an npm package for servers: JavaScript, file by file as it is written here, with the packages that it
 * really imports and no Electron. Returns the tarball's path in `output`; throws with the tool's words.
 */
export async function packageCommandLine(output: string): Promise<string> {
  mkdirSync(cacheDir, { recursive: true })
  mkdirSync(output, { recursive: true })
  const folder = mkdtempSync(join(cacheDir, 'command-line-'))
  try {
    await compile(folder)
    for (const path of leftOut) rmSync(join(folder, path), { recursive: true })
    cpSync(join(projectDir, 'LICENSE'), join(folder, 'LICENSE'))
    cpSync(join(projectDir, 'assets', 'command-line.md'), join(folder, 'README.md'))
    const about = describePackage(packagesIn(folder))
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(about, undefined, 2)}\n`)
    await orThrow(runNpm(['pack', '--silent', '--pack-destination', output], { cwd: folder, quiet: true }))
    return join(output, `${about.name}-${about.version}.tgz`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Types are taken off and `.ts` in imports becomes `.js`; whether they fit together `npm run check` has said. */
async function compile(folder: string): Promise<void> {
  const compilerOptions = {
    noEmit: false,
    noCheck: true,
    allowJs: false,
    checkJs: false,
    rewriteRelativeImportExtensions: true,
    rootDir: projectDir,
    outDir: folder,
  }
  const files = entries.map((entry) => join(projectDir, entry))
  const path = join(folder, 'tsconfig.json')
  writeFileSync(
    path,
    JSON.stringify({ extends: join(projectDir, 'tsconfig.json'), compilerOptions, files, include: [] }),
  )
  const compiler = join(projectDir, 'node_modules', 'typescript', 'bin', 'tsc')
  await orThrow(run(node24(), [compiler, '-p', path], { quiet: true }))
  rmSync(path)
}

/** npm packages that the JavaScript in a folder imports. */
function packagesIn(folder: string): ReadonlySet<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))
  const specifiers = files.flatMap((name) => importsOf(name, readFileSync(join(folder, name), 'utf8')))
  return new Set(specifiers.map(({ specifier }) => specifier).filter((name) => !/^(node:|\.)/.test(name)))
}

function describePackage(imported: ReadonlySet<string>) {
  const { version, description, license, dependencies } = JSON.parse(
    readFileSync(join(projectDir, 'package.json'), 'utf8'),
  )
  const needed = Object.entries(dependencies).filter(([name]) => imported.has(name))
  return {
    name: 'rejot',
    version,
    description,
    license,
    type: 'module',
    bin: { rejot: 'sync-core/cli/rejot.js' },
    engines: { node: '>=24' },
    dependencies: Object.fromEntries(needed),
  }
}

async function orThrow(running: Promise<{ code: number; stdout: string; stderr: string }>): Promise<void> {
  const { code, stdout, stderr } = await running
  if (code !== 0) throw new Error(`Cannot pack the command line: ${stderr}${stdout}`)
}
