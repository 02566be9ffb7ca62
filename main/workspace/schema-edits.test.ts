import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import * as define from '../../sync-core/define.ts'
import { readPipeline } from '../../sync-core/read-pipeline.ts'
import { createDatabase, type TestDatabase } from '../../sync-core/testing/test-database.ts'
import { withServers } from '../../sync-core/testing/with-servers.ts'
import {
  type ConsumerSchemaForm,
  type PublicSchemaForm,
  type SchemaDraft,
  schemaDraft,
  schemaReview,
} from '../contract/schema-edit.ts'
import { databaseAnswers } from '../database-host/database-messages.ts'
import { makeTable } from '../database-host/make-table.ts'
import { Refusal } from '../ipc/refusal.ts'
import { openDraftBook } from './drafts.ts'
import { openFileJournal } from './file-journal.ts'
import { createSchemaDrafts } from './schema-drafts.ts'
import { createSchemaEdits } from './schema-edits.ts'

const server = withServers(['shop'])
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const slug = '@shop/main'

const publicForm: PublicSchemaForm = {
  name: 'people',
  manifest: slug,
  connection: 'shop-db',
  major: 1,
  minor: 0,
  transformations: [{ table: 'person', sql: 'select id, name from person where id = :id' }],
  columns: [
    { name: 'id', postgresType: 'int8', nullable: false },
    { name: 'name', postgresType: 'text', nullable: false, description: 'As they write it' },
  ],
  key: ['id'],
  tags: ['core'],
  access: [],
  notTracked: [],
}
const consumerForm: ConsumerSchemaForm = {
  name: 'copy-people',
  manifest: slug,
  source: { manifest: slug, name: 'people', major: 1 },
  connection: 'copy-db',
  sql: 'insert into person_copy (id, name) values (:id, :name) on conflict (id) do update set name = excluded.name',
  deleteSql: 'delete from person_copy where id = :id',
  start: 'everything',
  policy: 'halt',
  createTable:
    "create table person_copy (id int8 primary key, name text not null);\ncomment on table person_copy is 'x'",
}

interface Options {
  readonly environment?: 'production'
  readonly runs?: boolean
}

/** A real workspace over a real database, which is source and destination by two names. */
async function opened({ connection }: TestDatabase, { environment, runs = false }: Options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'rejot-schema-edits-'))
  const data = mkdtempSync(join(tmpdir(), 'rejot-schema-data-'))
  const path = join(folder, 'rejot-manifest.json')
  const { host, port, user, password, database } = connection
  const connections = ['shop-db', 'copy-db'].map((name) => ({
    slug: name,
    config: { connectionType: 'postgres', host, port, user, password, database },
  }))
  writeFileSync(path, `${JSON.stringify({ slug, manifestVersion: 1, connections, note: 'ours' }, undefined, 2)}\n`)
  if (environment !== undefined)
    writeFileSync(join(folder, 'rejot-desktop.json'), JSON.stringify({ connections: { 'copy-db': { environment } } }))
  const book = openDraftBook<SchemaDraft>(join(data, 'drafts.json'), schemaDraft)
  const drafts = createSchemaDrafts({ book, show: () => undefined, now: () => 42 })
  const restarts: string[] = []
  const steps: (string | undefined)[] = []
  const change = async <T>(
    work: (open: { path: string; pipeline: Awaited<ReturnType<typeof readPipeline>>['pipeline'] }) => Promise<T>,
  ) => {
    const { pipeline } = await readPipeline([path], {})
    await drafts.read(path, pipeline.manifests)
    try {
      return await work({ path, pipeline })
    } finally {
      await drafts.read(path, (await readPipeline([path], {})).pipeline.manifests)
    }
  }
  const edits = createSchemaEdits({
    change,
    look: change,
    drafts,
    book,
    journal: openFileJournal(join(data, 'applying.json'), log),
    plan: async (asked) =>
      databaseAnswers.planChange.parse(
        await define.planChange({
          ...asked,
          source: asked.source,
          files: new Map(asked.files),
          manifestPaths: [path],
          secrets: {},
          passwords: [],
          stateDir: join(data, 'state'),
        }),
      ),
    makeTable: (question) => makeTable(define, { name: 'makeTable', ...question }),
    engine: { runs: () => runs, restart: async () => void restarts.push('restart') },
    tell: (step) => steps.push(step),
  })
  const draft = async (given: {
    form: PublicSchemaForm | ConsumerSchemaForm
    schema?: string
    base?: PublicSchemaForm | ConsumerSchemaForm
  }) => {
    const kind = 'sql' in given.form ? 'consumer' : 'public'
    await drafts.save({ workspace: path, draft: { id: 'd', kind, ...given } as SchemaDraft })
  }
  /** Looks and applies what was seen. */
  const apply = async (confirmed = false) => {
    const review = schemaReview.parse(await edits.review('d'))
    assert.deepEqual(review.problems, [])
    return { review, ...(await edits.apply({ draft: 'd', reviewed: review.mark, confirmed })) }
  }
  const edit = async (schema: string, patch: Partial<PublicSchemaForm> | Partial<ConsumerSchemaForm>) => {
    const { form: base } = drafts.form(schema)
    await draft({ form: { ...base, ...patch } as PublicSchemaForm, base, schema })
  }
  const files = () =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name))
        .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]),
    )
  const errors = async () => (await readPipeline([path], {})).problems.filter(({ severity }) => severity === 'error')
  return { folder, path, drafts, edits, draft, apply, edit, files, errors, restarts, steps }
}

const sourceSql =
  'create table person (id int8 primary key, name text not null, plan text); insert into person select n, n::text from generate_series(1, 50) n; analyze person'

async function withWorkspace(
  options: Options,
  work: (workspace: Awaited<ReturnType<typeof opened>>, database: TestDatabase) => Promise<void>,
) {
  const database = await createDatabase(server('shop'), { sql: sourceSql })
  try {
    await work(await opened(database, options), database)
  } finally {
    await database.drop()
  }
}

const refused = (words: RegExp) => (error: unknown) => error instanceof Refusal && words.test(error.message)
const sentences = (review: { effects: readonly { sentence: string }[] }) =>
  review.effects.map(({ sentence }) => sentence).join('\n')

test('a schema goes from its form into the files with what it will do said first, and back', () =>
  withWorkspace({ runs: true }, async ({ draft, apply, edits, drafts, files, errors, restarts, steps, path }) => {
    const before = files()
    await draft({ form: publicForm })
    const { review, id } = await apply()
    assert.equal(id, `${slug}/people@1`)
    assert.deepEqual(review.version, { major: 1, minor: 0, because: 'It is new' })
    assert.match(sentences(review), /shop-db creates publication .*\nshop-db creates slot /)
    assert.match(sentences(review), /people@1 copies about 50 rows\./)
    assert.deepEqual(
      review.files.map(({ path }) => path),
      ['schemas/people.sql', 'rejot-manifest.json'],
    )
    assert.deepEqual(await errors(), [])
    assert.match(files()['schemas/people.sql'] ?? '', /^-- rejot: public schema people 1\.0\n-- data store: shop-db\n/)
    assert.equal(JSON.parse(files()['rejot-manifest.json'] ?? '').note, 'ours')
    assert.deepEqual(drafts.form(id).form, publicForm)
    assert.deepEqual(drafts.of(path), [])
    assert.deepEqual([restarts.length, steps.at(-1)], [1, undefined])

    await edits.undo()
    assert.deepEqual(files(), before)
    assert.deepEqual(
      drafts.of(path).map(({ form }) => form),
      [publicForm],
    )
    assert.equal(restarts.length, 2)
    await assert.rejects(edits.undo(), refused(/Nothing was changed/))
  }))

test('what adds is a minor in place; what takes away is a major beside, which consumers are not moved to', () =>
  withWorkspace({}, async ({ draft, apply, edit, edits, drafts, files, errors }) => {
    await draft({ form: publicForm })
    await apply()
    await draft({ form: consumerForm })
    await apply()
    await edit(`${slug}/people@1`, {
      columns: [...publicForm.columns, { name: 'plan', postgresType: 'text', nullable: true }],
      transformations: [{ table: 'person', sql: 'select id, name, plan from person where id = :id' }],
    })
    const minor = await apply()
    assert.deepEqual(minor.review.version, { major: 1, minor: 1, because: 'It has a new column "plan"' })
    assert.match(sentences(minor.review), /copy-people reads it and keeps working\./)
    assert.deepEqual(Object.keys(files()).sort(), [
      'rejot-desktop.json',
      'rejot-manifest.json',
      'schemas/copy-people.sql',
      'schemas/people.sql',
    ])

    const { form: now } = drafts.form(`${slug}/people@1`)
    assert.ok('columns' in now)
    await edit(`${slug}/people@1`, {
      columns: now.columns.filter(({ name }) => name !== 'name'),
      transformations: [{ table: 'person', sql: 'select id, plan from person where id = :id' }],
    })
    const major = await apply()
    assert.equal(major.id, `${slug}/people@2`)
    assert.match(sentences(major.review), /Version 1 is published beside it, as it is: copy-people stays on it\./)
    assert.deepEqual(drafts.form(`${slug}/people@1`).form, now)
    assert.match(files()['schemas/people@2.sql'] ?? '', /public schema people 2\.0/)
    assert.deepEqual(await errors(), [])

    await edit(`${slug}/people@1`, { deprecated: { note: 'Read 2.' } })
    const deprecated = await apply()
    assert.equal(deprecated.review.version?.minor, 1)
    assert.match(sentences(deprecated.review), /It takes no new consumers. copy-people still reads it and may go on\./)
    await draft({ form: { ...consumerForm, name: 'late', createTable: '' } })
    const late = await edits.review('d')
    assert.match(late.problems[0]?.message ?? '', /is deprecated and takes no new consumers/)
    await assert.rejects(edits.apply({ draft: 'd', reviewed: late.mark, confirmed: true }), refused(/deprecated/))

    const retired = await edits.reviewRemoval(`${slug}/people@1`)
    assert.match(retired.problems[0]?.message ?? '', /Cannot retire people 1: copy-people reads it/)
    await assert.rejects(
      edits.remove({ id: `${slug}/people@1`, reviewed: retired.mark, confirmed: true }),
      refused(/copy-people reads it/),
    )
    for (const id of [`${slug}/copy-people`, `${slug}/people@1`]) {
      const { mark } = await edits.reviewRemoval(id)
      await edits.remove({ id, reviewed: mark, confirmed: false })
    }
    assert.deepEqual(Object.keys(files()).sort(), ['rejot-desktop.json', 'rejot-manifest.json', 'schemas/people@2.sql'])
    await edits.undo()
    assert.ok('schemas/people.sql' in files())
    assert.deepEqual(await errors(), [])
  }))

test('a consumer’s table is made at its destination, in production only after a yes, and never twice', () =>
  withWorkspace({ environment: 'production' }, async ({ draft, apply, edit, edits, drafts, path, files }, database) => {
    await draft({ form: publicForm })
    await apply()
    await draft({ form: { ...consumerForm, createTable: 'create table a (id int); drop table person' } })
    const more = await edits.review('d')
    await assert.rejects(
      edits.apply({ draft: 'd', reviewed: more.mark, confirmed: true }),
      /It does more than make a table/,
    )
    await draft({ form: consumerForm })
    const review = await edits.review('d')
    assert.equal(review.production, 'copy-db')
    assert.equal(review.statements.length, 1)
    const agreed = { draft: 'd', reviewed: review.mark }
    await assert.rejects(edits.apply({ ...agreed, confirmed: false }), refused(/copy-db is a production database/))
    assert.deepEqual(await database.query(`select to_regclass('person_copy')::text as made`), [{ made: null }])
    assert.equal('schemas/copy-people.sql' in files(), false)
    await edits.apply({ ...agreed, confirmed: true })
    assert.deepEqual(await database.query(`select to_regclass('person_copy')::text as made`), [{ made: 'person_copy' }])
    assert.deepEqual(JSON.parse(files()['rejot-desktop.json'] ?? '').consumers, {
      'copy-people': { onRefusal: 'halt' },
    })
    await edit(`${slug}/copy-people`, { sql: `${consumerForm.sql} `, policy: 'park' })
    const again = await edits.review('d')
    assert.match(sentences(again), /the new SQL counts from now on\.\nA row that is refused is set aside/)
    await edit(`${slug}/copy-people`, { start: { since: '' } })
    const nowhere = await edits.review('d')
    assert.deepEqual(nowhere.problems, [
      { message: 'It does not say since when it begins', solution: 'Choose a day and a time.' },
    ])
    await edit(`${slug}/copy-people`, { start: { since: '2026-11-21T09:30:00.000Z' } })
    assert.match(sentences(await edits.review('d')), /Where it starts counts only before it has begun\./)
    assert.deepEqual(await edits.undo(), { stays: { connection: 'copy-db', table: '"person_copy"' } })
    assert.equal('createTable' in (drafts.of(path)[0]?.form ?? {}), false)
  }))

test('what was changed since it was shown is neither overwritten nor applied', () =>
  withWorkspace({}, async ({ draft, apply, edit, edits, drafts, path, folder, files }) => {
    await draft({ form: publicForm })
    await apply()
    const id = `${slug}/people@1`
    await edit(id, { owner: 'Us' })
    const { mark } = await edits.review('d')
    const file = join(folder, 'schemas/people.sql')
    writeFileSync(file, readFileSync(file, 'utf8').replace('As they write it', 'As they sign'))
    const before = files()
    await assert.rejects(
      edits.apply({ draft: 'd', reviewed: mark, confirmed: true }),
      refused(/changed since you began/),
    )
    assert.deepEqual(files(), before)
    const [now] = drafts.of(path)
    assert.ok(now?.kind === 'public')
    assert.equal(now.outside?.form?.columns[1]?.description, 'As they sign')

    // Keep mine: from what the file says now on.
    assert.ok(now.outside?.form !== undefined)
    await draft({ form: now.form, base: now.outside.form, schema: id })
    await apply()
    assert.equal(files()['schemas/people.sql']?.includes('As they write it'), true)
    await assert.rejects(edits.apply({ draft: 'd', reviewed: mark, confirmed: true }), refused(/Cannot find the draft/))
  }))

test('nothing but what was shown is applied: neither a later draft, nor onto a manifest that says more by now', () =>
  withWorkspace({}, async ({ draft, apply, edit, edits, path, files }) => {
    await draft({ form: publicForm })
    await apply()
    const id = `${slug}/people@1`
    await edit(id, { owner: 'Us' })
    const { mark } = await edits.review('d')
    await edit(id, { owner: 'Them' })
    const before = files()
    const stale = refused(/changed since this was shown/)
    await assert.rejects(edits.apply({ draft: 'd', reviewed: mark, confirmed: true }), stale)
    const again = await edits.review('d')
    const removal = await edits.reviewRemoval(id)
    writeFileSync(path, readFileSync(path, 'utf8').replace('"ours"', '"ours, and more"'))
    await assert.rejects(edits.apply({ draft: 'd', reviewed: again.mark, confirmed: true }), stale)
    await assert.rejects(edits.remove({ id, reviewed: removal.mark, confirmed: true }), stale)
    assert.deepEqual(files()['schemas/people.sql'], before['schemas/people.sql'])
  }))

test('what the server refuses, and a form that is not whole, is said before anything is written', () =>
  withWorkspace({}, async ({ draft, edits, files }) => {
    const before = files()
    const problemsOf = async (patch: Partial<PublicSchemaForm>) => {
      await draft({ form: { ...publicForm, ...patch } })
      return (await edits.review('d')).problems.map(({ message }) => message).join('\n')
    }
    const sql = (text: string) => ({ transformations: [{ table: 'person', sql: text }] })
    assert.match(await problemsOf({ name: '' }), /It has no name/)
    assert.match(await problemsOf({ transformations: [] }), /listens to no table/)
    assert.match(await problemsOf({ columns: [] }), /has no columns/)
    assert.match(await problemsOf(sql('select id, name from persn where id = :id')), /persn/)
    assert.match(await problemsOf(sql('select id, name from person where id = :id; select 1')), /statement/)
    assert.match(await problemsOf({ connection: 'nowhere' }), /nowhere/)
    await draft({ form: { ...publicForm, manifest: 'other' } })
    await assert.rejects(edits.review('d'), refused(/no such manifest/))
    assert.deepEqual(files(), before)
  }))
