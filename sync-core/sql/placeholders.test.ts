import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { tokens } from './lexer.ts'
import { showPlaceholder } from './parse.ts'
import { findPlaceholders, mixedPlaceholder, rewritePlaceholders, trimStatement } from './placeholders.ts'

/** What is found, as written. */
const found: readonly (readonly [what: string, sql: string, placeholders: readonly string[]])[] = [
  ['a name', 'select * from t where id = :id', [':id']],
  ['a name without space', 'select * from t where id=:id and x>:x', [':id', ':x']],
  ['a name beside a longer one', 'where a = :id and b = :id_x and c = :id2', [':id', ':id_x', ':id2']],
  ['upper and lower case', 'values (:firstName, :FIRSTNAME)', [':firstName', ':FIRSTNAME']],
  ['a name beyond ASCII', 'values (:größe, :名前)', [':größe', ':名前']],
  ['a quoted name', 'values (:"Odd ""name""", :"a b")', [':"Odd ""name"""', ':"a b"']],
  ['a name before a cast', 'select :id::int, :id::"T"', [':id', ':id']],
  ['a name before a member', 'select (:row).a, :a.b', [':row', ':a']],
  ['a name before a string', "select :e'x'", [':e']],
  ['an unfinished one', 'select :', []],
  ['a number after a colon', 'select :1', []],
  ['a position', 'select $1, $23', ['$1', '$23']],
  ['a position before a cast', 'select $1::int', ['$1']],
  ['a dollar inside a name', 'select a$1, b$2$ from t', []],
  ['a cast', 'select a::id, a :: id', []],
  ['a cast directly before a name', 'select x::int=:id', [':id']],
  ['an assigned argument', 'select f(x:=:id, y := 3, z:=4)', [':id']],
  ['a string', "select ':id $1', :a", [':a']],
  ['a string with a doubled quote', "select 'it''s :id', :a", [':a']],
  ['a backslash before the end of a string', "select 'c:\\', :a, ':id'", [':a']],
  ['an escape string', "select e'it\\'s :id', :a, E'\\\\', :b", [':a', ':b']],
  ['an escape string that goes on', "select e'a'\n 'b\\' :id', :a", [':a']],
  ['a string that goes on behind a comment', "select e'a' -- x\n '\\' :id', :a", [':a']],
  ['a string that does not go on', "select 'a' ':id', :a", [':a']],
  ['a name that ends in e before a string', "select type'\\', :a", [':a']],
  ['a unicode string', "select u&'\\0061 :id', U&'d', :a", [':a']],
  ['a bit string', "select b'01', x'1F', n':id', :a", [':a']],
  ['a quoted name of a column', 'select ":id", "a"":id", :a', [':a']],
  ['a unicode name', 'select u&":id", :a', [':a']],
  ['a dollar quote', 'select $$ :id $1 $$, :a', [':a']],
  ['a tagged dollar quote', 'select $q$ :id $$ $1 $q2$ $q$, :a', [':a']],
  ['a dollar quote with a strange tag', 'select $größe_1$ :id $größe_1$, :a', [':a']],
  ['a dollar quote that is not closed', 'select :a, $x$ :id $y$', [':a']],
  ['a line comment', 'select :a -- :id $1\n, :b', [':a', ':b']],
  ['a line comment ended by a carriage return', 'select :a -- :id\r, :b', [':a', ':b']],
  ['a line comment at the end', 'select :a -- :id', [':a']],
  ['a block comment', 'select /* :id $1 */ :a', [':a']],
  ['nested comments', 'select /* a /* :b */ :c */ :a', [':a']],
  ['a comment that is not closed', 'select :a /* :b /* */', [':a']],
  ['a quote inside a comment', "select /* it's */ :a, -- don't\n :b", [':a', ':b']],
  ['a comment inside a string', "select '/*', :a, '--', :b", [':a', ':b']],
  ['a slice', 'select a[1:2], a[1:n], a[n:m], a[f(x):n], a[b[1]:n]', []],
  [
    'a slice of placeholders',
    'select a[:x], a[:x:y], a[:x : :y], a[1: :y], a[(:x):n]',
    [':x', ':x', ':x', ':y', ':y', ':x'],
  ],
  ['a slice with positions', 'select a[$1:$2]', ['$1', '$2']],
  ['an array', 'select array[:a, :b, case when :c then :d else :e end]', [':a', ':b', ':c', ':d', ':e']],
  ['an array within a function', 'select a[f(:x)]', [':x']],
  ['a key of a JSON object', `select json_object('k':v, 'l': :w)`, [':w']],
  ['an aggregate over a placeholder', 'select sum(:n), array_agg(distinct :m)', [':n', ':m']],
  ['a keyword before', 'select * from t limit:n offset:m', [':n', ':m']],
  ['aliases that look like ours', 'select k.id, q.x, r.y from k, q, r where k.id = :id', [':id']],
  ['operators', 'select :a||:b, :c->>:d, :e?:f, -:g', [':a', ':b', ':c', ':d', ':e', ':f', ':g']],
  ['one at the very beginning', ':a', [':a']],
  ['an emoji before', "select '😀', :a", [':a']],
]

for (const [what, sql, placeholders] of found) {
  test(`placeholders beside ${what}`, () => {
    const all = findPlaceholders(sql)
    assert.deepEqual(
      all.map(({ start, end }) => sql.slice(start, end)),
      placeholders,
    )
    assert.deepEqual(all.map(showPlaceholder), placeholders)
  })
}

test('the first placeholder of another kind is found, from either side', () => {
  assert.equal(mixedPlaceholder(findPlaceholders('select $1, :a, $2'))?.name, 'a')
  assert.equal(mixedPlaceholder(findPlaceholders('select :a, $2'))?.index, 2)
  assert.equal(mixedPlaceholder(findPlaceholders('select :a, :b')), undefined)
})

const rewriting: readonly (readonly [sql: string, expected: string])[] = [
  ['select :id, :id_x', 'select <id>, <id_x>'],
  ['select a from t limit:n', 'select a from t limit <n>'],
  ['select \':id\', :"a b"::int', "select ':id', <a b>::int"],
  ['select :a:::b', 'select <a>::<b>'],
]

for (const [sql, expected] of rewriting) {
  test(`rewriting of ${sql}`, () => {
    assert.equal(rewritePlaceholders(sql, findPlaceholders(sql), ({ name }) => `<${name}>`).sql, expected)
  })
}

test('a position behind replacements is the one in the own text', () => {
  const sql = "select '😀', :a, :long_name, wrong"
  const rewritten = rewritePlaceholders(sql, findPlaceholders(sql), () => '__rejot_k."column"')
  const character = [...rewritten.sql.slice(0, rewritten.sql.indexOf('wrong'))].length
  assert.equal(rewritten.originalPosition(character + 1), sql.indexOf('wrong') + 1)
})

test('a position inside a replacement is where the placeholder begins', () => {
  const sql = 'select 1, :a, 2'
  const rewritten = rewritePlaceholders(sql, findPlaceholders(sql), () => 'replacement')
  assert.equal(rewritten.originalPosition(rewritten.sql.indexOf('cement') + 1), sql.indexOf(':a') + 1)
})

const trimmed: readonly (readonly [sql: string, expected: string])[] = [
  ['select 1;', 'select 1'],
  ['select 1 ; ;\n', 'select 1'],
  ['select 1 -- done', 'select 1'],
  ['select 1; -- done\n/* and */', 'select 1'],
  ['/* why */ select 1 /* x */ + 2 -- y', '/* why */ select 1 /* x */ + 2'],
  ["select ';'", "select ';'"],
  ['select $$;$$;', 'select $$;$$'],
  ['select 1; select 2;', 'select 1; select 2'],
  ['-- nothing', ''],
]

for (const [sql, expected] of trimmed) {
  test(`trimming of ${JSON.stringify(sql)}`, () => assert.equal(trimStatement(sql), expected))
}

const sqlLike = fc
  .array(
    fc.constantFrom(
      ...('\'":$;/*-[]()\\eEuU&x1 a_=\n\r,é😀'.match(/./gsu) ?? []),
      '::',
      ':=',
      ':id',
      '$1',
      '$$',
      '$q$',
      '--',
    ),
  )
  .map((parts) => parts.join(''))

test('any text is cut into tokens without gaps', () => {
  fc.assert(
    fc.property(sqlLike, (sql) => {
      const pieces = [...tokens(sql)]
      assert.equal(pieces.map(({ start, end }) => sql.slice(start, end)).join(''), sql)
      assert.ok(pieces.every(({ start, end }) => end > start))
    }),
    { numRuns: 2_000 },
  )
})

test('rewriting each placeholder as itself changes nothing but added spaces', () => {
  fc.assert(
    fc.property(sqlLike, (sql) => {
      const same = rewritePlaceholders(sql, findPlaceholders(sql), ({ start, end }) => sql.slice(start, end))
      assert.equal(same.sql.replaceAll(' ', ''), sql.replaceAll(' ', ''))
    }),
    { numRuns: 2_000 },
  )
})
