import type { Session } from './session.ts'

/**
 * The types that a statement's parameters have at its server. A parameter has the type that the server infers for it;
 * where it infers none, the contract's, else text. Named as in casts: `bpchar`, since `character` means a single one. Throws the server's error when nothing of that prepares.
 *
 * @param sql with `$1` … in the order of `contractTypes`
 */
export async function inferParameterTypes(
  session: Session,
  sql: string,
  contractTypes: readonly (string | undefined)[],
): Promise<readonly string[]> {
  const known = await knownTypes(session, contractTypes)
  const stated = known.map(() => 'unknown')
  // Each round states one more type, so this ends.
  for (;;) {
    try {
      return await typesOf(session, sql, stated)
    } catch (error) {
      const place = undeterminedPlace(error)
      if (place === undefined || stated[place] !== 'unknown') return typesOf(session, sql, known)
      stated[place] = known[place] ?? 'text'
    }
  }
}

/** A source's type that this server lacks, such as an enum of an application, travels as text. */
async function knownTypes(session: Session, names: readonly (string | undefined)[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const name of names) {
    const [row] = await session.rows('select to_regtype($1)::text', [name ?? 'text'])
    found.push(row?.[0] ?? 'text')
  }
  return found
}

async function typesOf(session: Session, sql: string, stated: readonly string[]): Promise<readonly string[]> {
  const prefix = `prepare __rejot_probe ${stated.length === 0 ? '' : `(${stated.join(', ')})`} as `
  try {
    await session.script(prefix + sql)
  } catch (error) {
    throw withinStatement(error, prefix.length)
  }
  const rows = await session.rows(
    `select format_type(type, -1) from pg_prepared_statements, unnest(parameter_types) with ordinality t(type, place)
      where name = '__rejot_probe' order by place`,
  )
  await session.script('deallocate __rejot_probe')
  return rows.map(([type]) => type ?? 'text')
}

/** The server counts from the beginning of PREPARE; the statement's own first character is 1. */
function withinStatement(error: unknown, prefixLength: number): unknown {
  const located = error as { position?: string }
  if (located.position !== undefined) located.position = String(Number(located.position) - prefixLength)
  return error
}

/** "could not determine data type of parameter $2", in whatever language: 0-based. */
function undeterminedPlace(error: unknown): number | undefined {
  const { code, message } = error as { code?: string; message?: string }
  if (code !== '42P18' && code !== '42P08') return undefined
  const number = /\$(\d+)/.exec(message ?? '')?.[1]
  return number === undefined ? undefined : Number(number) - 1
}
