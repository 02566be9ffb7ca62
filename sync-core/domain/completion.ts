import type { Catalogue } from './catalogue.ts'

/** What could stand at a place in SQL that is not finished. */
export interface CompletionRequest {
  readonly sql: string
  /** Of the cursor: 0-based UTF-16 unit. */
  readonly offset: number
  readonly catalogue: Pick<Catalogue, 'tables' | 'searchPath' | 'functions' | 'reservedWords'>
  /** What a placeholder may name: columns of the listened table, or of the contract, in their order. */
  readonly placeholders: readonly { readonly name: string; readonly type: string | undefined }[]
  /** A public schema only reads; a consumer schema writes. */
  readonly statement: 'public' | 'consumer'
}

export interface Completions {
  /** What is replaced: from here, 0-based UTF-16, up to `to`, exclusive. */
  readonly from: number
  readonly to: number
  /** The likeliest first. */
  readonly items: readonly Completion[]
}

export interface Completion {
  readonly kind: 'table' | 'schema' | 'column' | 'alias' | 'placeholder' | 'condition' | 'function' | 'type' | 'keyword'
  /** As it is shown and searched: `First name`. */
  readonly label: string
  /** As it is written: `a."First name"`. */
  readonly insert: string
  /** Beside the label: a type, a table. */
  readonly detail: string | undefined
}
