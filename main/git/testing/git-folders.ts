import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'

// Nobody's own configuration, and a name to commit by.
Object.assign(process.env, {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@harbor.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@harbor.test',
})

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rejot-git-'))
  after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const realPath = process.env.PATH

/** git itself, as a person types it. */
export function git(cwd: string, ...args: readonly string[]): string {
  // Also while a test has taken git away from the program.
  const env = { ...process.env, PATH: realPath }
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

export function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
}

export const manifestPath = 'data/rejot-manifest.json'

export function manifest(columns: readonly string[] = ['id', 'name'], minor = 0, sql = 'select 1'): string {
  const properties = Object.fromEntries(columns.map((name) => [name, { type: 'string', 'x-postgres-type': 'text' }]))
  return `${JSON.stringify(
    {
      slug: '@harbor/crm',
      manifestVersion: 1,
      connections: [
        { slug: 'crm', config: { connectionType: 'postgres', host: 'db', port: 5432, user: 'u', database: 'crm' } },
      ],
      dataStores: [
        { connectionSlug: 'crm', config: { connectionType: 'postgres', slotName: 's', publicationName: 'p' } },
      ],
      publicSchemas: [
        {
          name: 'people',
          version: { major: 1, minor },
          source: { dataStoreSlug: 'crm' },
          outputSchema: { type: 'object', properties, required: [...columns], 'x-rejot': { key: ['id'] } },
          config: {
            publicSchemaType: 'postgres',
            transformations: [{ operation: 'insert', table: 'people', sql }],
          },
          definitionFile: 'schemas/people.sql',
        },
      ],
      consumerSchemas: [],
    },
    undefined,
    2,
  )}\n`
}

/** A repository with a workspace in it, committed, among other things. Returns its root. */
export function committedWorkspace(files: Readonly<Record<string, string>> = {}): string {
  const root = folder()
  git(root, 'init', '--quiet', '--initial-branch', 'main')
  write(root, { 'README.md': 'hello\n', [manifestPath]: manifest(), 'data/schemas/people.sql': 'select 1\n', ...files })
  git(root, 'add', '.')
  git(root, 'commit', '--quiet', '--message', 'Begin')
  return root
}
