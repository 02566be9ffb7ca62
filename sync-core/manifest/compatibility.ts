import type { ContractChange } from '../domain/comparison.ts'
import type { ContractColumn, PublicSchema } from '../domain/public-schema.ts'

type Contract = Pick<PublicSchema, 'columns' | 'key'>

/**
 * What becomes of a contract, in the order of its columns. Removing or narrowing a column and changing the key are
 * major: somebody reads that column, counts on a value in it, or finds rows by that key. Everything else is minor.
 */
export function contractChanges(before: Contract, after: Contract): readonly ContractChange[] {
  const kept = before.columns.flatMap((column) => columnChanges(column, after))
  const added = after.columns
    .filter(({ name }) => !before.columns.some((column) => column.name === name))
    .map(({ name }): ContractChange => ({ needs: 'minor', column: name, what: `has a new column "${name}"` }))
  return [...kept, ...added, ...keyChanges(before, after)]
}

function columnChanges(before: ContractColumn, { columns }: Contract): readonly ContractChange[] {
  const { name } = before
  const after = columns.find((column) => column.name === name)
  if (after === undefined) return [{ needs: 'major', column: name, what: `no longer has column "${name}"` }]
  const changes: ContractChange[] = []
  if (before.postgresType !== undefined && after.postgresType !== before.postgresType) {
    const now = after.postgresType ?? 'a type that it does not say'
    changes.push({ needs: 'major', column: name, what: `gives "${name}" as ${now} instead of ${before.postgresType}` })
  }
  if (!before.nullable && after.nullable) {
    changes.push({ needs: 'major', column: name, what: `may give NULL as "${name}", which it did not` })
  } else if (before.nullable && !after.nullable) {
    changes.push({ needs: 'minor', column: name, what: `no longer gives NULL as "${name}"` })
  }
  return changes
}

/** A key that is not said is inferred from the SQL; what that gives is not known here. */
function keyChanges({ key: before }: Contract, { key: after }: Contract): readonly ContractChange[] {
  if (before === undefined || after === undefined) return []
  const same = before.length === after.length && before.every((column) => after.includes(column))
  if (same) return []
  return [
    { needs: 'major', column: undefined, what: `is keyed by ${after.join(', ')} instead of ${before.join(', ')}` },
  ]
}
