export interface SqlToken {
  readonly type: 'keyword' | 'string' | 'number' | 'placeholder' | 'comment' | 'name' | 'mark' | 'space'
  readonly text: string
}

/** Cuts SQL for colouring only: what it does not know is a mark, and nothing is left out. */
export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = []
  for (const match of sql.matchAll(pattern)) {
    const type = types.find((each) => match.groups?.[each] !== undefined) ?? 'mark'
    const text = match[0]
    const isKeyword = type === 'name' && sqlKeywords.has(text.toLowerCase())
    tokens.push({ type: isKeyword ? 'keyword' : type, text })
  }
  return tokens
}

const types = ['comment', 'string', 'placeholder', 'number', 'name', 'space'] as const

const pattern = new RegExp(
  [
    String.raw`(?<comment>--[^\n]*|/\*[\s\S]*?(?:\*/|$))`,
    String.raw`(?<string>\b[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|'(?:[^']|'')*(?:'|$)|\$(?<tag>\w*)\$[\s\S]*?(?:\$\k<tag>\$|$))`,
    // A cast is two colons; a placeholder is one, before a letter.
    String.raw`(?<placeholder>(?<!:):[A-Za-z_]\w*|\$\d+)`,
    String.raw`(?<number>\b\d+(?:\.\d+)?\b)`,
    String.raw`(?<name>"(?:[^"]|"")*"|[A-Za-z_]\w*)`,
    String.raw`(?<space>\s+)`,
    String.raw`::|[\s\S]`,
  ].join('|'),
  'g',
)

/** In lower case: those that queries and upserts are made of, and few that would be the name of a column. */
export const sqlKeywords: ReadonlySet<string> = new Set(
  `all alter and any array as asc between by case cast coalesce conflict create cross current_date current_timestamp default delete desc
  distinct do else end excluded exists false filter from full grant group having ilike in inner insert into is join lateral left
  like limit matched merge not nothing null nulls offset on or order outer over partition publication replica returning revoke right select set
  table then to true union update using values when where with within`.split(/\s+/),
)
