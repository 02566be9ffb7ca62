/**
 * How well a command fits what was typed, 0 to 1; 0 hides it. Every typed word must occur: letters scattered over a text
 * find too much among a thousand tables. The title counts more than the other words, its beginning most.
 */
export function matchCommand(title: string, typed: string, words: readonly string[] = []): number {
  const wanted = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const inTitle = title.toLowerCase()
  const around = words.join(' ').toLowerCase()
  let score = 1
  for (const word of wanted) {
    if (inTitle.startsWith(word)) continue
    if (new RegExp(`(?:^|[^a-z0-9])${word.replace(/[^a-z0-9]/g, '\\$&')}`).test(inTitle)) score *= 0.9
    else if (inTitle.includes(word)) score *= 0.8
    else if (around.includes(word)) score *= 0.4
    else return 0
  }
  return score
}
