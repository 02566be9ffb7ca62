import type { Version } from './public-schema.ts'

/** One difference between two contracts, for those who rely on the former. */
export interface ContractChange {
  /** What version it asks for: a consumer of the former may break by a `major` one. */
  readonly needs: 'major' | 'minor'
  /** The column that it is about; `undefined` for the key. */
  readonly column: string | undefined
  /** Follows "it": `no longer has column "email"`. */
  readonly what: string
}

/** What becomes of those who rely on a contract, and the version that says so. */
export interface DraftComparison {
  readonly changes: readonly ContractChange[]
  readonly needs: 'nothing' | 'minor' | 'major'
  /** The version to save it as; a new major stands beside the present one. */
  readonly version: Version
  readonly consumers: readonly AffectedConsumer[]
}

export interface AffectedConsumer {
  /** `consumerId` */
  readonly consumer: string
  /** What of it stops being true for this consumer, each following "it": by what it really uses. Empty: it goes on as it is. */
  readonly breaks: readonly string[]
}
