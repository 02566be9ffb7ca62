/** Whether two forms say the same: a field that is absent says what `undefined` says. Order counts in lists alone. */
export function sameForm(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].every((name) => sameForm(Reflect.get(a, name), Reflect.get(b, name)))
}
