import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StatementDescription } from '../../sync-core/domain/description.ts'
import { meantInstead, schemaProblems } from './schema-problems.ts'

const sql = 'select a.id, (select count(*) from account_sessions s) as n from account a where a.id = :id'
const marked = (words: string) => ({ from: sql.indexOf(words), to: sql.indexOf(words) + words.length })
const statement: StatementDescription = {
  table: 'account',
  tableProblem: undefined,
  columns: [],
  form: 'set',
  diagnostics: [{ severity: 'warning', ...marked('account_sessions'), message: 'at length', cure: 'select' }],
  reads: [{ table: 'account_sessions', followed: 'no', cure: { table: 'account_sessions', sql: 'select' } }],
}
const form = { name: 'publish', transformations: [{ table: 'account', sql }] }

test('a table that is read and not listened to is known by its name under the mark', () => {
  const [problem, ...others] = schemaProblems(form, { statements: [statement], problems: [] })
  assert.equal(problem?.read?.cure?.table, 'account_sessions')
  assert.match(problem?.message ?? '', /^Read, but not listened to/)
  assert.deepEqual(others, [])
})

test('a table that is gone, a schema without tables and one without a name are said', () => {
  const gone = { ...statement, tableProblem: { message: 'There is no table', hint: undefined }, diagnostics: [] }
  const messages = (of: typeof form, statements: readonly StatementDescription[]) =>
    schemaProblems(of, { statements, problems: [{ message: 'They differ', hint: undefined }] }).map(
      ({ message }) => message,
    )
  assert.deepEqual(messages(form, [gone]), ['There is no table', 'They differ'])
  assert.deepEqual(messages({ name: ' ', transformations: [] }, []), [
    'It has no name yet',
    'It listens to no table yet',
    'They differ',
  ])
})

test('what is perhaps meant can take the place of what is marked', () => {
  const mark = (from: number, to: number, hint: string) => ({ severity: 'error', from, to, message: '', hint }) as const
  assert.equal(meantInstead(mark(0, 5, 'Perhaps name is meant.'), 'a.nam'), 'a.name')
  assert.equal(meantInstead(mark(0, 3, 'Perhaps id is meant.'), ':ie'), ':id')
  assert.equal(meantInstead(mark(0, 6, 'Perhaps sales.account is meant.'), 'accont'), 'sales.account')
  assert.equal(meantInstead(mark(0, 4, 'Perhaps "Name", in double quotes, is meant.'), 'name'), '"Name"')
  assert.equal(meantInstead(mark(0, 4, 'Name each once.'), 'name'), undefined)
})
