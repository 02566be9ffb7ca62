import type { CompletionRequest } from '../../domain/completion.ts'
import type { CursorPlace } from './cursor-place.ts'

/** Functions of Postgres that transformations use; those that answer differently each time are no use here. */
export const builtInFunctions = words(
  'array_agg array_length array_position array_remove array_to_string avg bool_and bool_or btrim cardinality ceil ' +
    'coalesce concat concat_ws count date_part date_trunc encode extract floor format greatest initcap json_agg ' +
    'json_build_array json_build_object json_object_agg jsonb_agg jsonb_build_array jsonb_build_object jsonb_object_agg ' +
    'least left length lower lpad ltrim make_date max md5 min mod nullif position regexp_replace replace right round ' +
    'row_number row_to_json rpad rtrim sha256 split_part string_agg string_to_array strpos substring sum to_char to_date ' +
    'to_json to_jsonb to_timestamp trim trunc unnest upper',
)

export const typeNames = words(
  'bigint boolean bytea date double_precision integer interval json jsonb numeric real smallint text text[] time ' +
    'timestamp timestamptz uuid varchar inet integer[] bigint[]',
).map((name) => name.replace('_', ' '))

const inValue = words('case when then else end not null true false exists distinct array cast and or')
const afterCondition = words('and or is_null is_not_null in like ilike between = <>')
const behindFrom = words('where group_by order_by having limit union_all')
const joins = words('join left_join right_join full_join cross_join on using as')

/** Which words can follow, the likeliest first. */
export function keywordsFor(
  { expects, clause, previous }: CursorPlace,
  statement: CompletionRequest['statement'],
): readonly string[] {
  const found = wordsFor(expects, clause, previous, statement)
  return found.map((word) => word.replaceAll('_', ' '))
}

function wordsFor(
  expects: CursorPlace['expects'],
  clause: string,
  previous: string,
  statement: CompletionRequest['statement'],
): readonly string[] {
  const writes = statement === 'consumer'
  if (expects === 'start') return startWords(clause, previous, writes)
  if (expects === 'relation') return ['lateral', 'select']
  if (expects === 'after-relation') return afterRelation(clause)
  if (expects === 'after-value') return afterValue(clause, previous, writes)
  return clause === '' ? [...inValue, 'select'] : inValue
}

function startWords(clause: string, previous: string, writes: boolean): readonly string[] {
  if (previous === 'insert' || previous === 'merge') return ['into']
  if (previous === 'delete') return ['from']
  if (previous === 'on') return ['conflict']
  if (clause === 'with') return writes ? words('select insert_into update delete_from') : ['select']
  return writes ? words('insert_into update delete_from merge_into with select') : ['select', 'with']
}

function afterRelation(clause: string): readonly string[] {
  if (clause === 'into') return words('values select on_conflict as')
  if (clause === 'update') return ['set', 'as']
  if (clause === 'using') return ['on', 'where', 'as']
  return [...(clause === 'join' ? words('on using') : []), ...joins, ...behindFrom]
}

function afterValue(clause: string, previous: string, writes: boolean): readonly string[] {
  if (clause === 'select') return words('from as filter over || and or')
  if (clause === 'values') return words('on_conflict returning')
  if (clause === 'conflict')
    return previous === 'do' ? words('nothing update_set') : words('do_update_set do_nothing where')
  if (clause === 'set') return words('where returning from')
  if (clause === 'order') return words('asc desc nulls_last nulls_first limit')
  if (clause === 'group') return words('having order_by')
  if (clause === 'on') return [...afterCondition, ...joins, ...behindFrom]
  if (clause === 'where' && writes) return [...afterCondition, 'returning']
  return clause === 'where' || clause === 'having' ? [...afterCondition, ...behindFrom.slice(1)] : afterCondition
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
