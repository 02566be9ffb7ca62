import { type BinaryTypes, binaryReaders } from './binary-values.ts'
import type { Session } from './session.ts'

/** Functions of the server itself, also where a domain or an extension's type has them. */
const typesSql = `
select t.oid::int8, concat(o.prosrc, ' ', s.prosrc), (t.typsend = 0)::text
  from pg_type t
  join pg_proc o on o.oid = t.typoutput
  left join pg_proc s on s.oid = t.typsend
 where t.typsend = 0
    or o.prolang = s.prolang and o.prolang = (select oid from pg_language where lanname = 'internal')`

/** The types of a database whose values we can read in binary form; and those that have none, which always come as text. */
export async function binaryTypes(session: Session): Promise<BinaryTypes> {
  const types = await session.rows(typesSql)
  return new Map(
    types.flatMap(([oid, functions, isTextOnly]) => {
      const read = isTextOnly === 'true' ? neverCalled : binaryReaders.get(functions ?? '')
      return read === undefined ? [] : [[Number(oid), read] as const]
    }),
  )
}

const neverCalled = (): string => {
  throw new RangeError('Cannot read a value in binary form: its type has none')
}
