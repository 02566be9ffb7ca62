/**
 * The name that was probably meant: the same but for upper and lower case or underscores, else the one with the fewest
 * letters added, left out, exchanged or swapped; `undefined` when none is near.
 */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const plain = simplified(wanted)
  const same = names.find((name) => simplified(name) === plain)
  if (same !== undefined) return same
  const furthest = Math.max(1, Math.floor(plain.length / 3))
  let nearest: string | undefined
  let least = furthest + 1
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) > furthest + 2) continue
    const distance = distanceBetween(plain, simplified(name), least)
    if (distance >= least) continue
    least = distance
    nearest = name
  }
  return nearest
}

function simplified(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}

/** Damerau and Levenshtein's, two neighbours that changed places counting one; `limit` or more is only that. */
function distanceBetween(a: string, b: string, limit: number): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const exchange = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : limit
      next.push(Math.min(exchange, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    if (Math.min(...next) >= limit) return limit
    before = row
    row = next
  }
  return row[b.length] ?? limit
}
