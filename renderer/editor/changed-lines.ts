/**
 * Lines of a text that another does not have, 1-based, as spans: the bars beside an editor. By the longest common
 * sequence of lines between equal beginnings and ends; of texts too long for that, all between them.
 */
export function changedLines(before: string, after: string): readonly { readonly from: number; readonly to: number }[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1
  let [oldEnd, nowEnd] = [old.length, now.length]
  while (oldEnd > start && nowEnd > start && old[oldEnd - 1] === now[nowEnd - 1]) {
    oldEnd -= 1
    nowEnd -= 1
  }
  const [a, b] = [old.slice(start, oldEnd), now.slice(start, nowEnd)]
  const kept = a.length * b.length > most ? new Set<number>() : keptOf(a, b)
  const spans: { from: number; to: number }[] = []
  for (const index of b.keys()) {
    if (kept.has(index)) continue
    const line = start + index + 1
    const last = spans.at(-1)
    if (last !== undefined && last.to === line - 1) last.to = line
    else spans.push({ from: line, to: line })
  }
  return spans
}

/** Lines times lines: 2,000 of each take some ten milliseconds. */
const most = 4_000_000

/** Places in `b` of lines that both have, in order. */
function keptOf(a: readonly string[], b: readonly string[]): ReadonlySet<number> {
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  }
  const kept = new Set<number>()
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      kept.add(j)
      i += 1
      j += 1
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1
    else j += 1
  }
  return kept
}
