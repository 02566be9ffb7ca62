// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how files name variables
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ConnectionFields } from './connection-reading.ts'
import { type ConnectionForm, readConnectionText } from './read-connection-text.ts'

interface Case {
  readonly text: string
  readonly form?: ConnectionForm
  readonly fields: ConnectionFields
  /** A part of each note, in order. */
  readonly notes?: readonly RegExp[]
}

const shop: ConnectionFields = { host: 'db.example', port: 5433, user: 'me', password: 'p', database: 'shop' }
const several = /names several hosts: enter the one/
const escaped = /characters that a URL writes with %/

const urls: readonly Case[] = [
  { text: 'postgres://me:p@db.example:5433/shop', fields: shop },
  { text: 'postgresql://me:p@db.example:5433/shop', fields: shop },
  { text: '  "postgres://me:p@db.example:5433/shop"; ', fields: shop },
  { text: '```sh\npostgres://me:p@db.example:5433/shop\n```', fields: shop },
  { text: 'postgresql+psycopg2://me:p@db.example:5433/shop', fields: shop },
  {
    text: 'jdbc:postgresql://db.example:5433/shop?user=me&password=p&ssl=true',
    fields: { ...shop, tlsMode: 'verify-full' },
  },
  { text: 'Here it is: postgres://me:p@db.example:5433/shop', fields: shop },
  { text: 'postgres://db.example', fields: { host: 'db.example' } },
  { text: 'db.example:5433/shop', fields: { host: 'db.example', port: 5433, database: 'shop' } },
  { text: 'postgres://me@[::1]:5433/shop', fields: { host: '::1', port: 5433, user: 'me', database: 'shop' } },
  { text: 'postgres:///shop?host=/run/postgresql', fields: { host: '/run/postgresql', database: 'shop' } },
  {
    text: 'postgres://m%40e:p%2F%23%3Aq@h/sh%20op%C3%BC',
    fields: { host: 'h', user: 'm@e', password: 'p/#:q', database: 'sh opü' },
  },
  { text: 'postgres://me:p:q@h/shop', fields: { host: 'h', user: 'me', password: 'p:q', database: 'shop' } },
  {
    text: 'postgres://me:p#q@h/shop',
    fields: { host: 'h', user: 'me', password: 'p#q', database: 'shop' },
    notes: [escaped],
  },
  {
    text: 'postgres://me:p/q?@r@h/shop',
    fields: { host: 'h', user: 'me', password: 'p/q?@r', database: 'shop' },
    notes: [escaped],
  },
  {
    text: 'postgres://me:100%@h/shop',
    fields: { host: 'h', user: 'me', password: '100%', database: 'shop' },
    notes: [/a % that stands for no character/],
  },
  {
    text: 'postgres://me@h/shop?sslmode=verify-ca&sslrootcert=/c/ca.pem&sslcert=c.pem&sslkey=k.pem',
    fields: {
      host: 'h',
      user: 'me',
      database: 'shop',
      tlsMode: 'verify-ca',
      ca: '/c/ca.pem',
      cert: 'c.pem',
      key: 'k.pem',
    },
  },
  {
    text: 'postgres://me@h/shop?sslmode=prefer',
    fields: { host: 'h', user: 'me', database: 'shop' },
    notes: [/sslmode=prefer falls back/],
  },
  {
    text: 'postgres://me@h/shop?sslmode=no-verify&sslrootcert=system',
    fields: { host: 'h', user: 'me', database: 'shop', tlsMode: 'require' },
  },
  {
    text: 'postgres://me@h/shop?schema=public&connect_timeout=3',
    fields: { host: 'h', user: 'me', database: 'shop' },
    notes: [/^Left out: schema, connect_timeout$/],
  },
  { text: 'postgres://me:p@a:1,b:2/shop', fields: { user: 'me', password: 'p', database: 'shop' }, notes: [several] },
  {
    text: 'postgres://me:[YOUR-PASSWORD]@h:6543/shop',
    fields: { host: 'h', port: 6543, user: 'me', database: 'shop' },
    notes: [/password is a placeholder/],
  },
  { text: 'mysql://me:p@h/shop', fields: {}, notes: [/"mysql" is another kind of database/] },
  {
    text: 'postgres://me:p@h:99999/shop',
    fields: { host: 'h', user: 'me', password: 'p', database: 'shop' },
    notes: [/no number from 1 to 65535/],
  },
]

const lines: readonly Case[] = [
  {
    text: 'psql -h db.example -p 5433 -U me -d shop',
    fields: { host: 'db.example', port: 5433, user: 'me', database: 'shop' },
  },
  { text: '$ PGPASSWORD=p psql -hdb.example -p5433 -Ume shop', fields: shop },
  {
    text: "PGPASSWORD='p q\"r' psql --host=db.example --username me",
    fields: { host: 'db.example', user: 'me', password: 'p q"r' },
  },
  {
    text: 'PGSSLMODE=require psql -h h \\\n  -U me \\\n  shop -c "select 1"',
    fields: { host: 'h', user: 'me', database: 'shop', tlsMode: 'require' },
  },
  { text: 'psql "postgres://me:p@db.example:5433/shop"', fields: shop },
  { text: 'psql --dbname=postgresql://me:p@db.example:5433/shop -W', fields: shop },
  { text: "psql 'host=db.example port=5433 dbname=shop user=me password=p'", fields: shop },
  { text: 'docker exec -it pg psql -U me shop', fields: { user: 'me', database: 'shop' } },
  { text: 'psql shop me', fields: { user: 'me', database: 'shop' } },
  { text: '/usr/lib/postgresql/17/bin/pg_dump -h h shop', fields: { host: 'h', database: 'shop' } },
]

const keyValues: readonly Case[] = [
  { text: 'host=db.example port=5433 user=me password=p dbname=shop', fields: shop },
  {
    text: "host = h password = 'it\\'s \\\\ me' sslmode=verify-full",
    fields: { host: 'h', password: "it's \\ me", tlsMode: 'verify-full' },
  },
  { text: 'host=a,b port=1,2 user=me', fields: { user: 'me' }, notes: [several] },
  { text: 'host=h user=me and more', fields: { host: 'h', user: 'me' }, notes: [/A part of it was not understood/] },
  { text: 'host=h target_session_attrs=any', fields: { host: 'h' }, notes: [/Left out: target_session_attrs/] },
]

const environments: readonly Case[] = [
  { text: 'DATABASE_URL="postgres://me:p@db.example:5433/shop"\nPORT=3000', fields: shop, notes: [/Left out: PORT/] },
  {
    text: '# shop\nexport PGHOST=db.example\nexport PGPORT=5433\nPGUSER=me\nPGPASSWORD="p"\nPGDATABASE=shop',
    fields: shop,
  },
  {
    text: "DB_HOST=db.example\r\nDB_PORT=5433\r\nDB_DATABASE=shop\r\nDB_USERNAME=me\r\nDB_PASSWORD='p'\r\n",
    fields: shop,
  },
  {
    text: 'SHOP_DB_HOST=db.example\nSHOP_DB_PORT=5433\nSHOP_DB_NAME=shop\nSHOP_DB_USER=me\nSHOP_DB_PASS=p',
    fields: shop,
  },
  {
    text: 'POSTGRES_USER=me\nPOSTGRES_PASSWORD=p#q\nPOSTGRES_DB=shop',
    fields: { user: 'me', password: 'p', database: 'shop' },
  },
  {
    text: 'U=me\nDB_PASSWORD=p\nDATABASE_URL=postgres://${U}:${DB_PASSWORD}@${H:-db.example}:5433/shop',
    fields: shop,
    notes: [/Left out: U$/],
  },
  {
    text: 'SPRING_DATASOURCE_URL=jdbc:postgresql://db.example:5433/shop\nSPRING_DATASOURCE_USERNAME=me\nSPRING_DATASOURCE_PASSWORD=p',
    fields: shop,
  },
  {
    text: 'DATABASE_URL=postgres://me:p@db.example:5433/shop\nDIRECT_URL=postgres://x@y/z',
    fields: shop,
    notes: [/DATABASE_URL was read, not DIRECT_URL/],
  },
  { text: 'A=1\nB=2\nC=3\nD=4\nPGHOST=h', fields: { host: 'h' }, notes: [/Left out: A, B, C and 1 more/] },
  { text: 'DB_PASSWORD=${SECRET}\nDB_HOST=h', fields: { host: 'h' }, notes: [/password is a placeholder/] },
]

const image = 'services:\n  web: { image: nginx }\n  db:\n    image: "postgres:17-alpine"\n'
const composes: readonly Case[] = [
  {
    text: `${image}    ports:\n      - "5433:5432"\n    environment:\n      POSTGRES_USER: me\n      POSTGRES_PASSWORD: p\n      POSTGRES_DB: shop\n`,
    fields: { ...shop, host: 'localhost' },
  },
  {
    text: `${image}    ports: ["127.0.0.1:5433:5432/tcp"]\n    environment:\n      - POSTGRES_USER=me\n      - POSTGRES_PASSWORD=p=q\n`,
    fields: { host: '127.0.0.1', port: 5433, user: 'me', password: 'p=q', database: 'me' },
  },
  {
    text: `${image}    ports: [{ target: 5432, published: 5433 }]\n    environment: { POSTGRES_PASSWORD: "\${PW:-p}" }\n`,
    fields: { host: 'localhost', port: 5433, user: 'postgres', password: 'p', database: 'postgres' },
  },
  {
    text: '    image: postgis/postgis\n    ports:\n      - "${DB_PORT:-5433}:5432"\n    environment:\n      POSTGRES_DB: shop\n      POSTGRES_PASSWORD_FILE: /run/secrets/pw\n',
    fields: { host: 'localhost', port: 5433, user: 'postgres', database: 'shop' },
    notes: [/password stands in a file/, /Left out: POSTGRES_PASSWORD_FILE/],
  },
  {
    text: `${image}    expose: [5432]\n`,
    fields: { user: 'postgres', database: 'postgres' },
    notes: [/publishes no fixed port/],
  },
  {
    text: `${image}    ports: ["5433:5432"]\n  other: { image: "postgres:16" }\n`,
    fields: { host: 'localhost', port: 5433, user: 'postgres', database: 'postgres' },
    notes: [/"db" was read, not "other"/],
  },
  { text: 'services:\n  web: { image: nginx }\n', fields: {}, notes: [/no service with a Postgres image/] },
  { text: 'services:\n db\n  - : {', fields: {}, notes: [/is no YAML/] },
]

const tables: readonly (readonly [ConnectionForm, readonly Case[]])[] = [
  ['Connection URL', urls],
  ['psql line', lines],
  ['Key=value text', keyValues],
  ['.env lines', environments],
  ['Compose file', composes],
]

for (const [form, cases] of tables) {
  for (const { text, fields, notes = [] } of cases) {
    test(`${form}: ${JSON.stringify(text)}`, () => {
      const read = readConnectionText(text)
      assert.deepEqual({ form: read.form, fields: read.fields }, { form, fields })
      assert.equal(read.notes.length, notes.length, read.notes.join('; '))
      for (const [place, expected] of notes.entries()) assert.match(read.notes[place] ?? '', expected)
    })
  }
}

test('what is nothing of it is said to be unknown, and an empty field says nothing', () => {
  assert.deepEqual(readConnectionText('  \n '), { form: undefined, fields: {}, notes: [] })
  assert.match(readConnectionText('please send me the password').notes[0] ?? '', /fill in the fields/)
  assert.match(readConnectionText('x'.repeat(200_000)).notes[0] ?? '', /too long/)
})

test('never throws, whatever is pasted', () => {
  const scrap = fc.constantFrom(
    'postgres://',
    '@',
    ':',
    '/',
    '%',
    '=',
    "'",
    '"',
    'psql ',
    '-h',
    '\n',
    'image:',
    '[',
    ',',
    '${',
    '\\',
    'DB_HOST=',
  )
  const text = fc.array(fc.oneof(scrap, fc.string({ maxLength: 4 })), { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(fc.property(text, (pasted) => Array.isArray(readConnectionText(pasted).notes)))
})

test('no note holds the password', () => {
  const secret = fc.stringMatching(/^[a-z%#/?@:'"$ ,\\]{6,12}$/)
  fc.assert(
    fc.property(secret, (password) => {
      const texts = [
        `postgres://me:${password}@h:x/db`,
        `psql 'user=me password=${password}'`,
        `DB_PASSWORD=${password}`,
      ]
      for (const text of texts) {
        for (const note of readConnectionText(text).notes) assert.equal(note.includes(password), false, note)
      }
    }),
  )
})
