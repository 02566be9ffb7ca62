import fc from 'fast-check'

/** A type with values at its edges, each as the text that its input function reads. */
export interface SampleType {
  /** As `format_type` says it, without modifier. */
  readonly type: string
  /** As a column is declared, where that is another. */
  readonly declared?: string
  readonly values: readonly string[]
  /** Without `=`: such values are compared as text. */
  readonly incomparable?: true
}

/** Run in both databases before the tables. */
export const sampleTypeDefinitions = `
create extension hstore; create extension citext;
create type mood as enum ('sad', 'ok', 'ha"p,py');
create domain positive as int check (value > 0);
create domain short_text as text check (length(value) < 100);
create type place as (name text, at point, tags text[]);
`

const awkwardTexts = [
  '',
  ' ',
  'trailing  ',
  'NULL',
  'null',
  '"',
  "'",
  '\\',
  '\\x41',
  'a,b{}()',
  '😀 𝒳 é e\u0301',
  '\u0001\t\n\r\u2028',
  '{"a":1}',
  '[1,2]',
  '$1 :id $$ --',
  '\u{10FFFF}',
]

const sampleTypes: readonly SampleType[] = [
  { type: 'smallint', values: ['-32768', '32767'] },
  { type: 'integer', values: ['-2147483648', '0', '2147483647'] },
  { type: 'bigint', values: ['-9223372036854775808', '9007199254740993', '9223372036854775807'] },
  {
    type: 'numeric',
    values: ['NaN', 'Infinity', '-Infinity', '1.0', '1.00', '0.000', '-0.1', `${'9'.repeat(1_000)}.${'1'.repeat(500)}`],
  },
  { type: 'real', values: ['NaN', 'Infinity', '-Infinity', '-0', '0', '1e-45', '3.4028235e38', '0.1'] },
  {
    type: 'double precision',
    values: ['NaN', 'Infinity', '-Infinity', '-0', '0', '5e-324', '1.7976931348623157e308', '0.1', '9007199254740993'],
  },
  { type: 'money', values: ['-$1,234.56', '$92,233,720,368,547,758.07', '$0.00'] },
  { type: 'boolean', values: ['true', 'false'] },
  { type: 'text', values: awkwardTexts },
  { type: 'character varying', declared: 'varchar(20)', values: awkwardTexts.map((text) => text.slice(0, 20)) },
  { type: 'character', declared: 'char(5)', values: ['', 'a', 'ab   ', 'é"\\'] },
  { type: 'name', values: ['', 'a"b', 'x'.repeat(63)] },
  { type: 'citext', values: ['Abc', 'abc', ''] },
  { type: 'bytea', values: ['\\x', '\\x00ff5c27', '\\x5c783431'] },
  { type: 'date', values: ['infinity', '-infinity', '4713-01-01 BC', '5874897-12-31', '2024-02-29'] },
  {
    type: 'timestamp without time zone',
    values: ['infinity', '-infinity', '4713-01-01 00:00:00 BC', '294276-12-31 23:59:59.999999', '2024-02-29 24:00:00'],
  },
  {
    type: 'timestamp with time zone',
    values: [
      'infinity',
      '-infinity',
      '0044-03-15 12:00:00.000001 BC',
      '294276-12-31 23:59:59.999999+00',
      '2024-10-27 02:30:00+02',
    ],
  },
  { type: 'time without time zone', values: ['24:00:00', '00:00:00.000001', '23:59:59.999999'] },
  { type: 'time with time zone', values: ['24:00:00+15:59:59', '12:00:00-08', '00:00:00.000001+05:45'] },
  {
    type: 'interval',
    values: [
      '-1 mons +5 days -04:05:06.789',
      '178000000 years',
      '1 mon -1 days',
      '0',
      '-00:00:00.000001',
      '2 days -1:00',
    ],
  },
  {
    type: 'json',
    values: [
      '{"a":1, "a":2}',
      `  {"n": ${'1234567890'.repeat(4)}.10}`,
      '"\\u0000"',
      'null',
      '"text"',
      '[1,\n2]',
      '1.0e400',
    ],
    incomparable: true,
  },
  { type: 'jsonb', values: [`{"n": ${'1234567890'.repeat(4)}.10}`, 'null', '"a\\"b"', '[]', '{"a": {"b": [1.00]}}'] },
  { type: 'uuid', values: ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'] },
  { type: 'inet', values: ['::1/128', '10.0.0.1/8', '10.0.0.1', 'fe80::1%0'.slice(0, 7)] },
  { type: 'cidr', values: ['10.0.0.0/8', '::/0'] },
  { type: 'macaddr', values: ['08:00:2b:01:02:03'] },
  { type: 'macaddr8', values: ['08:00:2b:01:02:03:04:05'] },
  { type: 'bit', declared: 'bit(3)', values: ['101', '000'] },
  { type: 'bit varying', declared: 'varbit', values: ['', '1', '0001'] },
  { type: 'xml', values: ['<a b="1">&amp;é</a>', 'text', '<?xml version="1.0"?><x/>'], incomparable: true },
  { type: 'tsvector', values: ["'a':1A,2 'b''c':3", ''] },
  { type: 'tsquery', values: ["'a' & !'b''c':*A"] },
  { type: 'point', values: ['(1,-0)', '(NaN,Infinity)', '(1e-300,0.1)'], incomparable: true },
  { type: 'line', values: ['{1,-1,0.1}'], incomparable: true },
  { type: 'lseg', values: ['[(0,0),(1,0.1)]'] },
  { type: 'box', values: ['(2,2),(0.1,0)'], incomparable: true },
  { type: 'path', values: ['[(0,0),(1,1)]', '((0,0),(1,1))'], incomparable: true },
  { type: 'polygon', values: ['((0,0),(1,1),(1,0))'], incomparable: true },
  { type: 'circle', values: ['<(0,0.1),5>'], incomparable: true },
  { type: 'int4range', values: ['empty', '[1,5)', '(,)', '[7,]'] },
  { type: 'numrange', values: ['[1.0,1.10]', '(,5)', 'empty'] },
  { type: 'tstzrange', values: ['[-infinity,infinity]', '["2024-02-03 00:00:00+00","294276-01-01 00:00:00+00")'] },
  { type: 'int4multirange', values: ['{}', '{[1,3),[5,9)}'] },
  { type: 'mood', values: ['sad', 'ok', 'ha"p,py'] },
  { type: 'integer', declared: 'positive', values: ['1', '2147483647'] },
  { type: 'text', declared: 'short_text', values: ['', '"é"'] },
  { type: 'place', values: ['("a ""b"", c","(1,2)","{x,""y z"",NULL}")', '(,,)', '("",,{})'], incomparable: true },
  { type: 'integer[]', values: ['{}', '{1,NULL,-3}', '{{1,2},{3,4}}', '[2:3]={1,2}', '[0:1][5:6]={{1,2},{3,4}}'] },
  {
    type: 'text[]',
    values: ['{"a,b","{}","\\"","\\\\",NULL,"NULL",""," "}', '{😀,"line\nbreak"}', '{{a,b},{c,NULL}}', '{}'],
  },
  { type: 'double precision[]', values: ['{NaN,-0,Infinity,0.1}', '{{1,-0},{NaN,2}}'] },
  { type: 'numeric[]', values: ['{NaN,1.00,Infinity}', `{${'7'.repeat(300)}}`] },
  { type: 'timestamp with time zone[]', values: ['{infinity,"0044-03-15 12:00:00 BC","2024-01-01 00:00:00+00"}'] },
  { type: 'json[]', values: ['{"{\\"a\\":1,\\"a\\":2}",null}'], incomparable: true },
  { type: 'jsonb[]', values: ['{"{\\"a\\": 1}",NULL}'] },
  { type: 'bytea[]', values: ['{"\\\\x00ff",NULL}'] },
  { type: 'boolean[]', values: ['{t,f,NULL}'] },
  { type: 'mood[]', values: ['{sad,"ha\\"p,py",NULL}'] },
  { type: 'place[]', values: ['{"(a,\\"(1,2)\\",{x})",NULL}'], incomparable: true },
  { type: 'box[]', values: ['{(1,1),(0,0);(2,2),(1,1)}'], incomparable: true },
  { type: 'interval[]', values: ['{"-1 mons +5 days",00:00:01}'] },
  { type: 'hstore', values: ['"a"=>"1, 2", "b"=>NULL', '', '"q\\"x"=>""'] },
  { type: 'oid', values: ['0', '4294967295'] },
  { type: 'pg_lsn', values: ['0/0', 'FFFFFFFF/FFFFFFFF'] },
]

/** Types of the samples with random values added, the same ones for the same seed. */
export function samples(seed: number, count: number): readonly SampleType[] {
  return sampleTypes.map((sample) => {
    const random = randomValues[sample.declared ?? sample.type]
    if (random === undefined) return sample
    return { ...sample, values: [...sample.values, ...fc.sample(random, { seed, numRuns: count })] }
  })
}

/** No NUL, which no text of a server can hold. */
const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.replaceAll('\u0000', ''))
const element = text.map((value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)
const double = fc.double().map((value) => (Object.is(value, -0) ? '-0' : String(value)))
const digits = fc.stringMatching(/^[1-9][0-9]{0,60}$/)

const randomValues: Readonly<Record<string, fc.Arbitrary<string>>> = {
  bigint: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String),
  numeric: fc.tuple(digits, digits, fc.boolean()).map(([whole, part, minus]) => `${minus ? '-' : ''}${whole}.${part}`),
  'double precision': double,
  'double precision[]': fc.array(double, { maxLength: 5 }).map((values) => `{${values.join(',')}}`),
  text,
  'text[]': fc.array(fc.oneof(element, fc.constant('NULL')), { maxLength: 6 }).map((values) => `{${values.join(',')}}`),
  json: fc.json({ noUnicodeString: false }).filter((value) => value.isWellFormed()),
  interval: fc
    .tuple(fc.integer({ min: -9_999, max: 9_999 }), fc.integer({ min: -999_999, max: 999_999 }), fc.integer())
    .map(([months, days, ms]) => `${months} mons ${days} days ${ms} milliseconds`),
  bytea: fc.uint8Array({ maxLength: 40 }).map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`),
  'timestamp with time zone': fc
    .date({ min: new Date(-1e13), max: new Date(1e14), noInvalidDate: true })
    .filter((date) => date.getUTCFullYear() > 0 && date.getUTCFullYear() < 10_000)
    .map((date) => date.toISOString()),
}
