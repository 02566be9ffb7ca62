import { randomBytes } from 'node:crypto'
import type { ConsumerStatements } from '../domain/destination.ts'
import { FailureError } from '../domain/failure.ts'
import type { Placeholder, RenderedSql, SqlAnalyst, SqlTemplate } from '../domain/sql-analyst.ts'
import { classifyFailure } from './classify-failure.ts'
import { inferParameterTypes } from './infer-parameter-types.ts'
import { quoteIdentifier } from './quote.ts'
import { type DeletedRows, describeDeletes } from './replaceable-rows.ts'
import type { Session } from './session.ts'

/** Names of the session's two functions for a consumer; each takes a JSON array of payloads. */
export interface ApplyFunctions {
  /** All events, or an error. */
  readonly together: string
  /**
   * The same for upserts only, in one statement; `undefined` where the statement could mean something else then. Takes
   * whether the rows are new, for a plain INSERT to be tried first, and gives whether that is worth trying again.
   */
  readonly upsertsTogether: string | undefined
  /** Each by itself; gives the refused ones as a JSON array. */
  readonly oneByOne: string
  readonly deletes: DeletedRows
}

/**
 * Makes the consumer's SQL into temporary functions that loop over a JSON array of payloads: one round trip and one
 * parsed plan for thousands of rows, with the statement itself as the user wrote it.
 *
 * Throws a FailureError with the position in the user's text.
 */
export async function createApplyFunctions(
  session: Session,
  analyst: SqlAnalyst,
  consumer: ConsumerStatements,
  number: number,
): Promise<ApplyFunctions> {
  const upsert = await readStatement(session, analyst, consumer, consumer.sql)
  const remove =
    consumer.deleteSql === undefined ? undefined : await readStatement(session, analyst, consumer, consumer.deleteSql)
  const declared = new Map([...(remove?.types ?? []), ...upsert.types])
  const upsertCode = statementCode(analyst, upsert, declared)
  const removeCode = remove === undefined ? 'null;' : statementCode(analyst, remove, declared)
  const names = { together: `pg_temp.__rejot_apply_${number}`, oneByOne: `pg_temp.__rejot_try_${number}` }
  const set = await upsertAsSet(session, analyst, upsert)
  const setName = `pg_temp.__rejot_upsert_${number}`
  const run = `if __rejot_r.__rejot_op = 'delete' then\n${removeCode}\nelse\n${upsertCode}\nend if;`
  const rows = eventRows(declared)
  try {
    await session.script(togetherSql(names.together, rows, run))
    await session.script(oneByOneSql(names.oneByOne, eventRow(declared), run))
    if (set !== undefined) await session.script(upsertsSql(setName, set, rows, run))
  } catch (error) {
    throw new FailureError(classifyFailure(error, consumer.consumer), error)
  }
  const deletes = await describeDeletes(session, analyst, upsert.template, remove?.template)
  return { ...names, upsertsTogether: set && setName, deletes }
}

interface Statement {
  readonly template: SqlTemplate
  /** By column of the contract. */
  readonly types: ReadonlyMap<string, string>
}

async function readStatement(
  session: Session,
  analyst: SqlAnalyst,
  consumer: ConsumerStatements,
  sql: string,
): Promise<Statement> {
  const template = analyst.template(sql, consumer.consumer)
  const columns: string[] = []
  const placeOf = (placeholder: Placeholder): number => {
    const column = consumer.columns.find((one) => one.name === placeholder.name)
    if (column === undefined) throw unknownColumn(consumer, placeholder)
    if (!columns.includes(column.name)) columns.push(column.name)
    return columns.indexOf(column.name)
  }
  template.placeholders.forEach(placeOf)
  const numbered = analyst.render(template, (placeholder) => `$${placeOf(placeholder) + 1}`)
  const contractTypes = columns.map((name) => consumer.columns.find((column) => column.name === name)?.type)
  try {
    const types = await inferParameterTypes(session, numbered.sql, contractTypes)
    return { template, types: new Map(columns.map((name, place) => [name, types[place] ?? 'text'])) }
  } catch (error) {
    throw refusedSql(error, consumer.consumer, numbered)
  }
}

/** A statement for the loop's body; one that gives rows back is run to its end and they are thrown away. */
function statementCode(analyst: SqlAnalyst, statement: Statement, declared: ReadonlyMap<string, string>): string {
  const { sql } = analyst.render(statement.template, ({ name = '' }) => {
    const field = `__rejot_r.${quoteIdentifier(name)}`
    const type = statement.types.get(name) ?? 'text'
    return type === carriedAs(declared.get(name) ?? 'text') ? field : `(${field})::${type}`
  })
  return analyst.returnsRows(statement.template) ? `for __rejot_ignored in ${sql}\nloop null; end loop;` : `${sql}\n;`
}

const triggersSql = `
select exists (select from pg_trigger where tgrelid = c.oid and not tgisinternal)::text, c.relkind
  from pg_class c where c.oid = to_regclass($1)`

/**
 * One statement for all rows instead of one for each: measured half as fast again. Only where nobody could tell: the
 * statement depends on its row alone, and the table has no trigger that would.
 */
async function upsertAsSet(session: Session, analyst: SqlAnalyst, upsert: Statement): Promise<SetUpsert | undefined> {
  const parts = analyst.insertAsSelect(upsert.template)
  if (parts === undefined) return undefined
  const [row] = await session.rows(triggersSql, [parts.table.map(quoteIdentifier).join('.')])
  if (row?.[0] !== 'false' || (row[1] !== 'r' && row[1] !== 'p')) return undefined
  const values = analyst.render(parts.row, ({ name = '' }) => {
    const field = `__rejot_x.${quoteIdentifier(name)}`
    const type = upsert.types.get(name) ?? 'text'
    return type === carriedAs(type) ? field : `(${field})::${type}`
  })
  const rows = `json_to_recordset(__rejot_events) as __rejot_x(${columnsOf(upsert.types)})`
  const insert = `${parts.before} select ${values.sql}\n from ${rows}`
  return { upsert: `${insert} ${parts.after}\n;`, insert: `${insert};` }
}

interface SetUpsert {
  readonly upsert: string
  /** Without what is done on a conflict. */
  readonly insert: string
}

/**
 * Rows that are new conflict with nothing, and ON CONFLICT takes a quarter more of the server's time to find that out: so
 * they are inserted, and only where that fails is the statement run as it stands. Two rows for one conflict target are
 * no error row by row: then it goes that way.
 */
function upsertsSql(name: string, set: SetUpsert, rows: string, run: string): string {
  const loop = `for __rejot_r in ${rows} loop\n${run}\nend loop;`
  return body(
    name,
    'boolean',
    '',
    `if __rejot_new then
begin
${set.insert}
return true;
exception when unique_violation or exclusion_violation then null;
end;
end if;
begin
${set.upsert}
exception when cardinality_violation then
${loop}
end;
return not __rejot_new;`,
    '__rejot_events json, __rejot_new boolean',
  )
}

/** json and jsonb arrive as their own text in a JSON string; read as json they would become that string. */
function carriedAs(type: string): string {
  return type === 'json' || type === 'jsonb' ? 'text' : type
}

/** What the server takes in a list of columns; a table has no more either. */
const longestColumnList = 1_600

/** The rows of `__rejot_events`, each with its operation. */
function eventRows(declared: ReadonlyMap<string, string>): string {
  if (declared.size < longestColumnList) {
    return `select * from json_to_recordset(__rejot_events) as __rejot_x(${withOperation(declared)})`
  }
  return `select __rejot_e.value ->> '__rejot_op' as __rejot_op, __rejot_x.* from json_array_elements(__rejot_events) as __rejot_e(value), json_to_record(__rejot_e.value) as __rejot_x(${columnsOf(declared)})`
}

/** The same of the one in `__rejot_event`, put into `__rejot_r`. */
function eventRow(declared: ReadonlyMap<string, string>): string {
  if (declared.size < longestColumnList) {
    return `select * into __rejot_r from json_to_record(__rejot_event) as __rejot_x(${withOperation(declared)})`
  }
  return `select __rejot_event ->> '__rejot_op' as __rejot_op, __rejot_x.* into __rejot_r from json_to_record(__rejot_event) as __rejot_x(${columnsOf(declared)})`
}

function withOperation(declared: ReadonlyMap<string, string>): string {
  return columnsOf(new Map([['__rejot_op', 'text'], ...declared]))
}

function columnsOf(types: ReadonlyMap<string, string>): string {
  return [...types].map(([name, type]) => `${quoteIdentifier(name)} ${carriedAs(type)}`).join(', ')
}

function togetherSql(name: string, rows: string, run: string): string {
  return body(name, 'void', '', `for __rejot_r in ${rows} loop\n${run}\nend loop;`)
}

/**
 * A subtransaction for each event, in which its values are read too: one that no column takes is that event's own
 * trouble. Later events of a refused key wait behind it. Anything but a row's own trouble ends
 * the whole.
 */
function oneByOneSql(name: string, row: string, run: string): string {
  // Both arrays grow in place; a jsonb value would be copied for each refused row.
  const declare = `__rejot_refused json[] := '{}'; __rejot_stuck boolean[] := '{}'; __rejot_event json; __rejot_place int; __rejot_state text; __rejot_message text; __rejot_detail text; __rejot_constraint text;`
  return body(
    name,
    'text',
    declare,
    `for __rejot_event in select value from json_array_elements(__rejot_events) loop
__rejot_place := __rejot_event ->> '__rejot_place';
if __rejot_stuck[(__rejot_event ->> '__rejot_behind')::int] then
  __rejot_stuck[__rejot_place] := true;
  __rejot_refused := array_append(__rejot_refused, json_build_object('place', __rejot_place));
  continue;
end if;
begin
${row};
${run}
exception when others then
  get stacked diagnostics __rejot_state = returned_sqlstate, __rejot_message = message_text, __rejot_detail = pg_exception_detail, __rejot_constraint = constraint_name;
  if __rejot_state not like '22%' and __rejot_state not like '23%' and __rejot_state <> 'P0001' then raise; end if;
  __rejot_stuck[__rejot_place] := true;
  __rejot_refused := array_append(__rejot_refused, json_build_object('place', __rejot_place, 'sqlstate', __rejot_state, 'message', __rejot_message, 'detail', nullif(__rejot_detail, ''), 'constraint', nullif(__rejot_constraint, '')));
end;
end loop;
return array_to_json(__rejot_refused)::text;`,
  )
}

/** The tag is random: no text of the user can end the body. */
function body(name: string, returns: string, declare: string, code: string, takes = '__rejot_events json'): string {
  const tag = `$rejot_${randomBytes(8).toString('hex')}$`
  return `create or replace function ${name}(${takes}) returns ${returns} language plpgsql as ${tag}
#variable_conflict use_column
declare __rejot_r record; __rejot_ignored record; ${declare}
begin
${code}
end
${tag}`
}

function refusedSql(error: unknown, object: string, numbered: RenderedSql): FailureError {
  const { position, ...failure } = classifyFailure(error, object)
  const known = position !== undefined && position >= 1
  return new FailureError(known ? { ...failure, position: numbered.originalPosition(position) } : failure, error)
}

function unknownColumn(consumer: ConsumerStatements, placeholder: Placeholder): FailureError {
  const name = placeholder.name === undefined ? `$${placeholder.index}` : `:${placeholder.name}`
  return new FailureError({
    kind: 'sql',
    policy: 'halt',
    object: consumer.consumer,
    message: `Cannot run the SQL of ${consumer.consumer}: ${name} is no column of the public schema`,
    solution: `Use one of ${consumer.columns.map((column) => `:${column.name}`).join(', ')}.`,
    position: placeholder.start + 1,
  })
}
