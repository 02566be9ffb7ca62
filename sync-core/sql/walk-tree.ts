/** A node of Postgres's tree with its kind, `['RangeVar', { relname: … }]`. */
export type TreeVisitor = (kind: string, fields: Readonly<Record<string, unknown>>) => boolean

/**
 * Visits every node below and including `node`, outer before inner, in the order of the tree. A visitor that returns
 * `false` keeps the walk out of that node. Fields that hold one kind of node carry no kind in the tree; they are
 * visited under their field's name.
 */
export function walkTree(node: unknown, visit: TreeVisitor): void {
  if (Array.isArray(node)) {
    for (const item of node) walkTree(item, visit)
    return
  }
  for (const [name, value] of Object.entries(recordOf(node) ?? {})) {
    const fields = recordOf(value)
    if (fields === undefined) walkList(value, visit)
    else if (visit(name, fields)) walkTree(fields, visit)
  }
}

function walkList(value: unknown, visit: TreeVisitor): void {
  if (Array.isArray(value)) walkTree(value, visit)
}

/** `value` as a record, or `undefined` when it is something else. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isRecord(value) ? value : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The first location at or below a node; `undefined` when the tree has none there. */
export function locationIn(node: unknown): number | undefined {
  let least: number | undefined
  const consider = (fields: Readonly<Record<string, unknown>>): boolean => {
    const { location } = fields
    if (typeof location === 'number' && location >= 0 && (least === undefined || location < least)) least = location
    return true
  }
  const own = recordOf(node)
  if (own !== undefined) consider(own)
  walkTree(node, (_, fields) => consider(fields))
  return least
}
