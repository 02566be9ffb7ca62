import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { git, gitEnv } from '../../testing/git.ts'
import { writeFiles } from '../../testing/write-files.ts'

// The code under test runs git in this process.
Object.assign(process.env, gitEnv)

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rejot-git-'))
  after(() => rmSync(path, { recursive: true, force: true }))
  return path
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
  writeFiles(root, {
    'README.md': 'hello\n',
    [manifestPath]: manifest(),
    'data/schemas/people.sql': 'select 1\n',
    ...files,
  })
  git(root, 'add', '.')
  git(root, 'commit', '--quiet', '--message', 'Begin')
  return root
}
