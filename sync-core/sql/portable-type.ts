/** Types of every Postgres server, as `format_type` names them. */
const everywhere: ReadonlySet<string> = new Set([
  ...(
    'smallint integer bigint numeric real money text name boolean date interval uuid json jsonb bytea inet cidr macaddr ' +
    'macaddr8 xml tsvector tsquery point line lseg box path polygon circle oid pg_lsn int4range int8range numrange ' +
    'tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange bpchar'
  ).split(' '),
  'double precision',
  'character varying',
  'bit varying',
  'timestamp without time zone',
  'timestamp with time zone',
  'time without time zone',
  'time with time zone',
])

/** Shorter names of the same, as people write them into contracts. */
const longNames: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int: 'integer',
  int8: 'bigint',
  decimal: 'numeric',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  varchar: 'character varying',
  varbit: 'bit varying',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
}

/** Without a length these mean one of it. */
const unlimited: Readonly<Record<string, string>> = { character: 'bpchar', bit: 'bit varying' }

/**
 * The type for a column that takes values of a contract's type: the same, or text for one that only the source's database has, such as
 * an enum of an application, whose values travel as their text.
 */
export function portableType(type: string | undefined): string {
  if (type === undefined) return 'text'
  const long = longName(type)
  const element = long.replace(/\[\]$/, '')
  const own = unlimited[element] ?? element
  return everywhere.has(own) ? `${own}${element === long ? '' : '[]'}` : 'text'
}

function longName(type: string): string {
  const element = type.replace(/\[\]$/, '')
  return `${longNames[element] ?? element}${element === type ? '' : '[]'}`
}

type Family = 'number' | 'text' | 'time' | 'boolean' | 'json' | 'other'

const families: Readonly<Record<string, Family>> = {
  smallint: 'number',
  integer: 'number',
  bigint: 'number',
  numeric: 'number',
  real: 'number',
  'double precision': 'number',
  money: 'number',
  text: 'text',
  'character varying': 'text',
  character: 'text',
  bpchar: 'text',
  name: 'text',
  citext: 'text',
  date: 'time',
  'timestamp without time zone': 'time',
  'timestamp with time zone': 'time',
  boolean: 'boolean',
  json: 'json',
  jsonb: 'json',
}

const widths: Readonly<Record<string, number>> = { smallint: 1, integer: 2, bigint: 3, numeric: 4 }

/**
 * Why values of one type may not fit a column of another, as the end of a sentence; `undefined` where they do. What neither
 * of the lists knows is taken to fit: the server has the last word.
 */
export function misfit(contractType: string, column: string): string | undefined {
  const given = longName(contractType)
  const plain = column.replace(/\(.*\)/, '')
  const length = /\((\d+)\)/.exec(column)?.[1]
  const [from, to] = [families[given] ?? 'other', families[plain] ?? 'other']
  if (to === 'text' && length !== undefined && given !== column)
    return `longer texts than ${length} characters are refused`
  if (to === 'text' || given === plain) return undefined
  if (from === 'text') return to === 'other' || to === 'json' ? undefined : `a text that is no ${plain} is refused`
  const isArray = given.endsWith('[]')
  if (isArray !== plain.endsWith('[]') && to !== 'json') return `${given} is no ${plain}`
  if (from === 'number' && to === 'number') {
    return (widths[given] ?? 0) > (widths[plain] ?? 9) ? `larger numbers than ${plain} holds are refused` : undefined
  }
  return from !== to && from !== 'other' && to !== 'other' ? `${given} is no ${plain}` : undefined
}
