import type { ConsumerDraft } from '../domain/consumer-draft.ts'
import type { SqlDiagnostic } from '../domain/sql-problem.ts'
import type { Trial } from '../postgres/define/make-trial-table.ts'
import { markWords } from '../sql/mark-words.ts'
import { SqlError } from '../sql/sql-problem.ts'
import { trialTable } from '../sql/trial-table.ts'

/** The table that a draft makes before it begins, so that its SQL can be tried before. */
export interface NewTable {
  /** `undefined`: it makes none, or none that can be tried. */
  readonly trial: Trial | undefined
  readonly problems: readonly SqlDiagnostic[]
  /** Why nothing can be tried; `undefined` where it can. */
  readonly untried: string | undefined
  /** Whether what the server says of a statement is to be told: not that the very table is missing. */
  readonly concerns: (told: SqlDiagnostic) => boolean
}

export function newTable({ createTable }: ConsumerDraft): NewTable {
  const all = { trial: undefined, problems: [], untried: undefined, concerns: () => true }
  if (createTable === undefined || createTable.trim() === '') return all
  try {
    const found = trialTable(createTable)
    if (found !== undefined) return { ...all, trial: { name: found.name.name, statements: found.statements } }
    const untried = 'Its table is made when it is applied, in a schema that is named: its SQL cannot be tried before'
    return { ...all, untried, concerns: ({ sqlstate }) => sqlstate !== '42P01' && sqlstate !== '3F000' }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    const { message, position } = error
    return { ...all, problems: [markWords(createTable, { severity: 'error', message, position })] }
  }
}
