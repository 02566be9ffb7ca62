/**
 * The members of a JSON object's top level, name → the value's own text, which nothing has rounded or reordered.
 * Empty for anything that is not an object. The text is valid JSON: a database made it.
 */
export function splitObject(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>()
  for (const part of splitParts(text, '{')) {
    const nameEnd = skipString(part, 0)
    const name: unknown = JSON.parse(part.slice(0, nameEnd))
    members.set(String(name), part.slice(part.indexOf(':', nameEnd) + 1).trim())
  }
  return members
}

/** The elements of a JSON array's top level, each as its own text. Empty for anything that is not an array. */
export function splitArray(text: string): readonly string[] {
  return splitParts(text, '[')
}

/** Names of the members that differ as text, in the order of the row as it is now; those that are gone come last. */
export function changedMembers(before: string, now: string): readonly string[] {
  const old = splitObject(before)
  const current = splitObject(now)
  const changed = [...current].filter(([name, value]) => old.get(name) !== value).map(([name]) => name)
  return [...changed, ...[...old.keys()].filter((name) => !current.has(name))]
}

function splitParts(text: string, opening: '{' | '['): readonly string[] {
  const parts: string[] = []
  const inner = text.trim()
  if (!inner.startsWith(opening)) return parts
  let start = 1
  let depth = 0
  for (let at = 1; at < inner.length; at++) {
    const char = inner[at]
    if (char === '"') at = skipString(inner, at) - 1
    else if (char === '{' || char === '[') depth += 1
    else if (depth > 0 && (char === '}' || char === ']')) depth -= 1
    else if (depth === 0 && (char === ',' || char === '}' || char === ']')) {
      const part = inner.slice(start, at).trim()
      if (part !== '') parts.push(part)
      start = at + 1
    }
  }
  return parts
}

/** The place after the string that begins at `from`. */
function skipString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at + 1
  }
  return text.length
}
