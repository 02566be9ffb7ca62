/**
 * Circles in a graph: for each, its members in order, the first of them being the one that was met first. A circle is
 * told once, however many ways lead into it.
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: string[][] = []
  const finished = new Set<string>()
  const path: string[] = []
  const visit = (node: string): void => {
    const at = path.indexOf(node)
    if (at >= 0) {
      cycles.push(path.slice(at))
      return
    }
    if (finished.has(node)) return
    path.push(node)
    for (const next of graph.get(node) ?? []) visit(next)
    path.pop()
    finished.add(node)
  }
  for (const node of graph.keys()) visit(node)
  return cycles
}
