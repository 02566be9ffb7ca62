import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { findCycles } from './find-cycles.ts'
import { importTable, type Room, testRoom, topEntries } from './import-table.ts'
import { type Import, importsOf } from './imports-of.ts'

/**
 * Holds the project in `root` against the import table. Returns a line for each thing that is not as it says, with file
 * and line; nothing when all is well.
 */
export function checkImports(root: string): readonly string[] {
  const problems = readdirSync(root)
    .filter((name) => !topEntries.includes(name))
    .map((name) => `${name}: nothing but the fixed folders and files stands at the top`)
  const graph = new Map<string, readonly string[]>()
  for (const file of sourceFiles(root)) {
    const imports = importsOf(file, readFileSync(join(root, file), 'utf8'))
    problems.push(...imports.flatMap((found) => judge(root, file, found)))
    graph.set(
      file,
      imports.flatMap(({ specifier }) => (isRelative(specifier) ? [target(file, specifier)] : [])),
    )
  }
  for (const cycle of findCycles(graph))
    problems.push(`${cycle[0]}: imports itself by way of ${cycle.slice(1).join(', ')}`)
  return problems
}

function judge(root: string, file: string, { specifier, line }: Import): readonly string[] {
  const wrong = (why: string): readonly string[] => [`${file}:${line}: ${why}`]
  const room = roomOf(file)
  if (room === undefined) return wrong('lies in no folder of the import table')
  const allowed = allowance(room, file)
  if (!isRelative(specifier)) {
    const name = packageOf(specifier)
    const isAllowed = name.startsWith('node:') ? allowed.node : allowed.packages.includes(name)
    return isAllowed ? [] : wrong(`${room} may not import ${name}`)
  }
  const path = target(file, specifier)
  if (!existsSync(join(root, path)) || statSync(join(root, path)).isDirectory()) {
    return wrong(`${specifier} is not the path of a file, with its extension`)
  }
  if (path === 'package.json') return []
  const other = roomOf(path)
  if (other === room) return isForTests(path) && !isForTests(file) ? wrong(`${path} is there for tests only`) : []
  if (other !== undefined && allowed.rooms.includes(other)) return []
  return wrong(`${room} may not import from ${other ?? path}`)
}

function allowance(room: string, file: string): Room {
  const own = importTable[room] ?? { rooms: [], packages: [], node: false }
  if (!isForTests(file)) return own
  const more = testRoom(room)
  return { rooms: [...own.rooms, ...more.rooms], packages: [...own.packages, ...more.packages], node: true }
}

/** A test, or a tool in a folder for them. */
function isForTests(file: string): boolean {
  return /\.test\.tsx?$/.test(file) || file.split('/').includes('testing')
}

/** The longest folder of the table that the file lies in. */
function roomOf(file: string): string | undefined {
  return Object.keys(importTable)
    .filter((folder) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0]
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.')
}

/** The imported file, from the root. A bundler's `?worker` is no part of its name. */
function target(file: string, specifier: string): string {
  return posix.join(dirname(file), specifier.replace(/\?.*$/, ''))
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function sourceFiles(root: string): readonly string[] {
  return ['sync-core', 'main', 'renderer', 'build']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
        .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && !name.includes('/dist/')),
    )
}
