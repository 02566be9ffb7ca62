import type { Node, SelectStmt } from 'libpg-query'

/** One item of a SELECT's output. */
export interface OutputColumn {
  /** `undefined` for `*` and `a.*`: only the server knows these names. */
  readonly name: string | undefined
  readonly value: Node | undefined
  readonly location: number | undefined
}

/** The output of a SELECT as the server names it; that of a set operation's first arm, as the server does too. */
export function outputColumns(select: SelectStmt): readonly OutputColumn[] {
  if (select.larg !== undefined) return outputColumns(select.larg)
  const [row] = select.valuesLists ?? []
  if (row !== undefined && 'List' in row) {
    return (row.List.items ?? []).map((value, place) => ({ name: `column${place + 1}`, value, location: undefined }))
  }
  return (select.targetList ?? []).flatMap((target): readonly OutputColumn[] => {
    if (!('ResTarget' in target)) return []
    const { name, val, location } = target.ResTarget
    if (name === undefined && isStar(val)) return [{ name: undefined, value: val, location }]
    return [{ name: name ?? nameOf(val) ?? '?column?', value: val, location }]
  })
}

/** The parts of a column reference, `['a', 'id']`; `undefined` when it is something else or holds a star. */
export function columnPath(value: Node | undefined): readonly string[] | undefined {
  if (value === undefined || !('ColumnRef' in value)) return undefined
  const path = (value.ColumnRef.fields ?? []).flatMap((field) =>
    'String' in field && field.String.sval !== undefined ? [field.String.sval] : [],
  )
  return path.length === (value.ColumnRef.fields ?? []).length ? path : undefined
}

/** For `*` an empty path, for `a.*` `['a']`; `undefined` when it is no star. */
export function starPath(value: Node | undefined): readonly string[] | undefined {
  if (value === undefined || !('ColumnRef' in value) || !isStar(value)) return undefined
  return (value.ColumnRef.fields ?? []).flatMap((field) =>
    'String' in field && field.String.sval !== undefined ? [field.String.sval] : [],
  )
}

function isStar(value: Node | undefined): boolean {
  if (value === undefined || !('ColumnRef' in value)) return false
  const last = value.ColumnRef.fields?.at(-1)
  return last !== undefined && 'A_Star' in last
}

/** The name that the server gives an expression without AS (its FigureColname). */
function nameOf(value: Node | undefined): string | undefined {
  if (value === undefined) return undefined
  if ('ColumnRef' in value) return lastName(value.ColumnRef.fields)
  if ('A_Indirection' in value) return lastName(value.A_Indirection.indirection) ?? nameOf(value.A_Indirection.arg)
  if ('FuncCall' in value) return lastName(value.FuncCall.funcname)
  if ('TypeCast' in value) return nameOf(value.TypeCast.arg) ?? lastName(value.TypeCast.typeName?.names)
  if ('CollateClause' in value) return nameOf(value.CollateClause.arg)
  if ('CaseExpr' in value) return nameOf(value.CaseExpr.defresult) ?? 'case'
  if ('SubLink' in value) return nameOfSubLink(value.SubLink.subLinkType, value.SubLink.subselect)
  if ('SQLValueFunction' in value)
    return value.SQLValueFunction.op?.replace('SVFOP_', '').replace(/_N$/, '').toLowerCase()
  return nameOfConstruct(value)
}

function nameOfSubLink(type: string | undefined, subselect: Node | undefined): string | undefined {
  if (type === 'EXISTS_SUBLINK') return 'exists'
  if (type === 'ARRAY_SUBLINK') return 'array'
  if (type !== 'EXPR_SUBLINK' || subselect === undefined || !('SelectStmt' in subselect)) return undefined
  return outputColumns(subselect.SelectStmt)[0]?.name
}

function nameOfConstruct(value: Node): string | undefined {
  if ('CoalesceExpr' in value) return 'coalesce'
  if ('MinMaxExpr' in value) return value.MinMaxExpr.op === 'IS_GREATEST' ? 'greatest' : 'least'
  if ('A_ArrayExpr' in value) return 'array'
  if ('RowExpr' in value) return 'row'
  if ('GroupingFunc' in value) return 'grouping'
  if ('A_Expr' in value && value.A_Expr.kind === 'AEXPR_NULLIF') return 'nullif'
  if ('JsonObjectConstructor' in value) return 'json_object'
  if ('JsonArrayConstructor' in value || 'JsonArrayQueryConstructor' in value) return 'json_array'
  if ('JsonObjectAgg' in value) return 'json_objectagg'
  if ('JsonArrayAgg' in value) return 'json_arrayagg'
  return undefined
}

function lastName(names: readonly Node[] | undefined): string | undefined {
  return (names ?? [])
    .flatMap((field) => ('String' in field && field.String.sval !== undefined ? [field.String.sval] : []))
    .at(-1)
}
