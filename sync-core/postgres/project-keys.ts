import type { ProjectedRow } from '../domain/source.ts'
import type { SourceKey } from '../domain/source-transaction.ts'
import { answerBytes, type PostgresTransformation, packedPayloadBytes } from './prepare-public-schema.ts'
import { arrayLiteral, quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

/**
 * Runs a transformation's SQL once for all keys, in whatever snapshot the session is. The rows come with the place of
 * their key in `keys`. `too-much`: they are more than `answerBytes`; never for one key, or when `whole` is wanted.
 */
export async function projectKeys(
  session: Session,
  named: { readonly transformation: PostgresTransformation; readonly name: string },
  keys: readonly SourceKey[],
  whole: boolean,
): Promise<readonly ProjectedRow[] | 'too-much'> {
  const { transformation, name } = named
  const asked: Asked[] = []
  for (const [ordinal, key] of keys.entries()) {
    const args = key.args === 'look-up' ? await lookUpArgs(session, transformation, key) : key.args
    if (args !== 'gone') asked.push({ ordinal, args })
  }
  if (asked.length === 0) return []
  const { projection, publicKeyOf } = transformation
  const question: Question = { transformation, name, asked, whole: whole || asked.length === 1 }
  if (projection.form === 'one-by-one') return projectOneByOne(session, question)
  const isPacked = asked.length >= fewestPacked && asked.length <= mostPacked && !wide.has(transformation)
  if (projection.packedSql === undefined || publicKeyOf === undefined || !isPacked) {
    return projectTogether(session, question)
  }
  const publicKey = (ordinal: number): string => publicKeyOf(keys[ordinal]?.id ?? '[]')
  const packed = await projectPacked(session, { transformation, sql: projection.packedSql, name, publicKey }, asked)
  if (packed.left.length === 0) return packed.rows
  if (packed.left.length * 8 > asked.length) wide.add(transformation)
  const others = await projectTogether(session, { ...question, asked: packed.left })
  return others === 'too-much' ? others : [...packed.rows, ...others]
}

/** Below this many keys a row each is as cheap. */
const fewestPacked = 32
/** Above it even short rows would be a value of more than `answerBytes`. */
const mostPacked = answerBytes / packedPayloadBytes
/** Of whose rows many were too long to be packed, so that most would be asked twice. */
const wide = new WeakSet<PostgresTransformation>()

interface Asked {
  readonly ordinal: number
  readonly args: readonly (string | null)[]
}

interface Question {
  readonly transformation: PostgresTransformation
  readonly name: string
  readonly asked: readonly Asked[]
  readonly whole: boolean
}

interface PackedQuestion {
  readonly transformation: PostgresTransformation
  readonly sql: string
  readonly name: string
  readonly publicKey: (ordinal: number) => string
}

/**
 * All rows as one row of the protocol: reading one for each key was much of our time, while the server's is the same.
 * Keys are not asked, since they are those of the source. Gives back what has to be asked in the other way, for its size.
 */
async function projectPacked(
  session: Session,
  { transformation, sql, name, publicKey }: PackedQuestion,
  asked: readonly Asked[],
): Promise<{ readonly rows: readonly ProjectedRow[]; readonly left: readonly Asked[] }> {
  const [[ordinals, payloads] = []] = await session.rows(sql, valuesOf(transformation, asked), `pack_${name}`)
  if (ordinals == null || payloads == null) return { rows: [], left: [] }
  const left: Asked[] = []
  const rows: ProjectedRow[] = []
  const lines = payloads.split('\n')
  for (const [line, place] of ordinals.split(',').entries()) {
    const one = asked[Number(place) - 1]
    const payload = lines[line]
    if (one === undefined || payload === undefined) continue
    if (payload === '') left.push(one)
    else rows.push({ ordinal: one.ordinal, key: publicKey(one.ordinal), payload })
  }
  return { rows, left }
}

function valuesOf({ argColumns }: PostgresTransformation, asked: readonly Asked[]): readonly string[] {
  return argColumns.map((_, column) => arrayLiteral(asked.map(({ args }) => args[column] ?? null)))
}

async function projectTogether(
  session: Session,
  { transformation, name, asked, whole }: Question,
): Promise<readonly ProjectedRow[] | 'too-much'> {
  const { projection } = transformation
  const isBounded = projection.form === 'set' && !whole
  const sql = isBounded ? projection.boundedSql : projection.sql
  const rows = await session.rows(sql, valuesOf(transformation, asked), `${isBounded ? 'bound' : 'project'}_${name}`)
  if (rows.some(([, , payload]) => payload === null)) return 'too-much'
  return rows.map(([ordinal, key, payload]) => ({
    ordinal: asked[Number(ordinal) - 1]?.ordinal ?? 0,
    key: key ?? '',
    payload: payload ?? '',
  }))
}

async function projectOneByOne(
  session: Session,
  { transformation, name, asked, whole }: Question,
): Promise<readonly ProjectedRow[] | 'too-much'> {
  const found: ProjectedRow[] = []
  let length = 0
  for (const { ordinal, args } of asked) {
    for (const [, key, payload] of await session.rows(transformation.projection.sql, args, `project_${name}`)) {
      found.push({ ordinal, key: key ?? '', payload: payload ?? '' })
      length += payload?.length ?? 0
    }
    if (length > answerBytes && !whole) return 'too-much'
  }
  return found
}

/** An unchanged value kept out of line is not in the stream; the row, if it is still there, has it. */
async function lookUpArgs(
  session: Session,
  { source, argColumns }: PostgresTransformation,
  key: SourceKey,
): Promise<readonly (string | null)[] | 'gone'> {
  const list = argColumns.map((column) => `${quoteIdentifier(column)}::text`).join(', ')
  const condition = source.identity.map((column, place) => `${quoteIdentifier(column)}::text = $${place + 1}`)
  const [row] = await session.rows(
    `select ${list} from ${source.quoted} where ${condition.join(' and ')}`,
    JSON.parse(key.id) as (string | null)[],
  )
  return row ?? 'gone'
}
