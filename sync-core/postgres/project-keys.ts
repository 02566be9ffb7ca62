import type { ProjectedRow } from '../domain/source.ts'
import type { SourceKey } from '../domain/source-transaction.ts'
import type { PostgresTransformation } from './prepare-public-schema.ts'
import { arrayLiteral, quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

/**
 * Runs a transformation's SQL once for all keys, in whatever snapshot the session is. The rows come with the place of
 * their key in `keys`.
 */
export async function projectKeys(
  session: Session,
  named: { readonly transformation: PostgresTransformation; readonly name: string },
  keys: readonly SourceKey[],
): Promise<readonly ProjectedRow[]> {
  const { transformation, name } = named
  const asked: Asked[] = []
  for (const [ordinal, key] of keys.entries()) {
    const args = key.args === 'look-up' ? await lookUpArgs(session, transformation, key) : key.args
    if (args !== 'gone') asked.push({ ordinal, args })
  }
  if (asked.length === 0) return []
  return transformation.projection.form === 'set'
    ? projectTogether(session, transformation, asked, name)
    : projectOneByOne(session, transformation, asked, name)
}

interface Asked {
  readonly ordinal: number
  readonly args: readonly (string | null)[]
}

async function projectTogether(
  session: Session,
  { projection, argColumns }: PostgresTransformation,
  asked: readonly Asked[],
  name: string,
): Promise<readonly ProjectedRow[]> {
  const values = argColumns.map((_, column) => arrayLiteral(asked.map(({ args }) => args[column] ?? null)))
  const rows = await session.rows(projection.sql, values, `project_${name}`)
  return rows.map(([ordinal, key, payload]) => ({
    ordinal: asked[Number(ordinal) - 1]?.ordinal ?? 0,
    key: key ?? '',
    payload: payload ?? '',
  }))
}

async function projectOneByOne(
  session: Session,
  { projection }: PostgresTransformation,
  asked: readonly Asked[],
  name: string,
): Promise<readonly ProjectedRow[]> {
  const found: ProjectedRow[] = []
  for (const { ordinal, args } of asked) {
    for (const [, key, payload] of await session.rows(projection.sql, args, `project_${name}`)) {
      found.push({ ordinal, key: key ?? '', payload: payload ?? '' })
    }
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
