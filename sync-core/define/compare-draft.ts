import type { DraftComparison } from '../domain/comparison.ts'
import { type ConsumerSchema, consumerId } from '../domain/consumer-schema.ts'
import type { ContractColumn, PublicSchema, Version } from '../domain/public-schema.ts'
import { contractChanges } from '../manifest/compatibility.ts'
import { checkConsumerSql } from '../sql/check-consumer-sql.ts'
import { inferKey } from '../sql/infer-key.ts'
import { findPlaceholders } from '../sql/placeholders.ts'
import { SqlError } from '../sql/sql-problem.ts'

export interface CompareQuestion {
  /** As it is saved. */
  readonly saved: PublicSchema
  readonly draft: { readonly columns: readonly ContractColumn[]; readonly key: readonly string[] | undefined }
  /** All versions of it that there are. */
  readonly versions: readonly Version[]
  /** Of all manifests that are known; those that read something else are left out. */
  readonly consumers: readonly ConsumerSchema[]
}

/** Compares a contract that is being written with the saved one, column by column and consumer by consumer. Pure. */
export function compareDraft({ saved, draft, versions, consumers }: CompareQuestion): DraftComparison {
  const before = { columns: saved.columns, key: saved.key ?? inferredKey(saved) }
  const changes = contractChanges(before, draft)
  const needs = changes.some((change) => change.needs === 'major') ? 'major' : changes.length > 0 ? 'minor' : 'nothing'
  const readers = consumers.filter(
    ({ sourceManifest, publicSchema }) =>
      sourceManifest === saved.manifest &&
      publicSchema.name === saved.name &&
      publicSchema.majorVersion === saved.version.major,
  )
  return {
    changes,
    needs,
    version: versionFor(needs, saved.version, versions),
    consumers: readers.map((consumer) => ({
      consumer: consumerId(consumer),
      breaks: breaksOf(consumer, changes, { before: saved.columns, after: draft.columns }),
    })),
  }
}

/** A key that is not said is what its SQL pins. */
function inferredKey({ transformations: [first] }: PublicSchema): readonly string[] | undefined {
  try {
    return first && inferKey(first.sql)?.outputColumns
  } catch (error) {
    if (error instanceof SqlError) return undefined
    throw error
  }
}

function versionFor(needs: DraftComparison['needs'], saved: Version, all: readonly Version[]): Version {
  const highest = (numbers: readonly number[]) => Math.max(...numbers)
  if (needs === 'major') return { major: highest([saved, ...all].map(({ major }) => major)) + 1, minor: 0 }
  if (needs === 'nothing') return saved
  const minors = [saved, ...all].filter(({ major }) => major === saved.major).map(({ minor }) => minor)
  return { major: saved.major, minor: highest(minors) + 1 }
}

interface Columns {
  readonly before: readonly ContractColumn[]
  readonly after: readonly ContractColumn[]
}

/** A column that nobody reads can go; a key concerns everyone, and so does an order that is counted by. */
function breaksOf(
  { sql, deleteSql }: ConsumerSchema,
  changes: DraftComparison['changes'],
  { before, after }: Columns,
): readonly string[] {
  const texts = [sql, ...(deleteSql === undefined ? [] : [deleteSql])]
  const names = before.map(({ name }) => name)
  const read = texts.map((text) => checkConsumerSql(text, names).statement)
  // Of SQL that cannot be read nothing is known, so all of it counts.
  const used = read.includes(undefined) ? undefined : new Set(read.flatMap((one) => one?.columns ?? []))
  const own = changes
    .filter(({ needs, column }) => needs === 'major' && (column === undefined || (used?.has(column) ?? true)))
    .map(({ what }) => what)
  const moved = texts
    .flatMap(findPlaceholders)
    .some(({ index }) => index !== undefined && names[index - 1] !== after[index - 1]?.name)
  return moved ? [...own, 'has its columns in another order, which $n counts by'] : own
}
