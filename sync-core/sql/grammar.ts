import { setFlagsFromString } from 'node:v8'
import { hasSqlDetails, loadModule, type ParseResult, parseSync } from 'libpg-query'
import { tokens } from './lexer.ts'
import { unitOfCharacter } from './placeholders.ts'
import { SqlError } from './sql-problem.ts'

/**
 * Postgres's own grammar, as WebAssembly; 12 ms, once. Left alone, V8 compiles its one huge function a second time to make
 * it faster, in the background: that took 580 MB for a moment, and the parser was no faster for it.
 */
setFlagsFromString('--no-wasm-dynamic-tiering')
setFlagsFromString('--no-wasm-tier-up')
await loadModule()

/**
 * The tree of `sql`, which may hold `$n` and no `:name`. Throws a SqlError with the position in `sql`.
 *
 * A statement nested deeper than the grammar's stack leaves its memory broken for every later statement of the
 * process (measured: lost after a hundred of them), so such text never reaches it.
 */
export function parseGrammar(sql: string): ParseResult {
  const nul = sql.indexOf('\0')
  if (nul >= 0) throw new SqlError('The SQL holds a NUL character', nul + 1)
  const tooDeep = tooDeepAt(sql)
  if (tooDeep !== undefined) throw new SqlError('The SQL is nested too deeply', tooDeep + 1)
  try {
    return parseSync(sql)
  } catch (error) {
    if (!hasSqlDetails(error)) throw new SqlError('The SQL cannot be read', 1, error)
    const { message, cursorPosition } = error.sqlDetails ?? { message: error.message, cursorPosition: 0 }
    throw new SqlError(message, unitOfCharacter(sql, Math.max(cursorPosition, 0)) + 1, error)
  }
}

/** Two tokens nest one level in the worst case that was found; the stack holds 2,000 of those and 7,500 others. */
const maxOpenTokens = 3_000

/** An upper bound of nesting: tokens since the last comma, summed over the brackets that are open. */
function tooDeepAt(sql: string): number | undefined {
  const levels: number[] = []
  let open = 0
  let total = 0
  for (const { kind, start } of tokens(sql)) {
    if (kind === 'space' || kind === 'comment') continue
    open++
    total++
    if (total > maxOpenTokens) return start
    const character = kind === 'symbol' ? sql[start] : undefined
    if (character === '(' || character === '[') {
      levels.push(open)
      open = 0
    } else if (character === ')' || character === ']') {
      total -= open
      open = levels.pop() ?? 0
    } else if (character === ',' || character === ';') {
      total -= open
      open = 0
    }
  }
  return undefined
}
