import type { FailureView } from '../../main/contract/contract.ts'
import type { CatalogueTable } from '../../sync-core/domain/catalogue.ts'
import type { DraftComparison } from '../../sync-core/domain/comparison.ts'
import type { PublicSchemaDescription } from '../../sync-core/domain/description.ts'
import type { Preview, RowImage } from '../../sync-core/domain/preview.ts'
import type { QueryPlan } from '../../sync-core/domain/query-plan.ts'

export const panelIds = ['preview', 'problems', 'dependencies', 'compatibility', 'plan'] as const
export type PanelId = (typeof panelIds)[number]

/** What was asked of a database: what came of it stays in sight until there is something newer. */
export interface Asked<T> {
  readonly asking: boolean
  /** The SQL and rows that were asked for last. */
  readonly asked: string | undefined
  /** The SQL and rows that `value` or `failure` is of; `undefined` before the first. */
  readonly of: string | undefined
  readonly value: T | undefined
  readonly failure: FailureView | undefined
}

export const notAsked: Asked<never> = {
  asking: false,
  asked: undefined,
  of: undefined,
  value: undefined,
  failure: undefined,
}

/** Which rows a preview is of. */
export interface RowsWanted {
  readonly by: 'first' | 'random' | 'key' | 'image'
  /** By column of what names a row. */
  readonly key: RowImage
  /** The row as it would be; by every column of the table. */
  readonly image: RowImage
}

export interface PublicEditorState {
  /** Of its transformations, the one whose SQL is shown. */
  readonly table: number
  /** Output column whose details are shown. */
  readonly column: string | undefined
  readonly panel: PanelId
  readonly panelOpen: boolean
  /** What the server says of the draft, or its text alone while that is newer. */
  readonly described: PublicSchemaDescription | undefined
  /** Of the server, ms since 1970; `undefined` before its first answer. */
  readonly describedAt: number | undefined
  readonly asking: boolean
  /** Why the database could not be asked. */
  readonly failure: FailureView | undefined
  /** With the version that is saved. */
  readonly comparison: DraftComparison | undefined
  /** By name as written. */
  readonly tables: Readonly<Record<string, CatalogueTable>>
  readonly serverVersion: string | undefined
  readonly wanted: RowsWanted
  readonly preview: Asked<Preview>
  readonly plan: Asked<QueryPlan>
  /** Why an output column could not be renamed. */
  readonly renaming: string | undefined
}

export const initialEditor: PublicEditorState = {
  table: 0,
  column: undefined,
  panel: 'preview',
  panelOpen: true,
  described: undefined,
  describedAt: undefined,
  asking: false,
  failure: undefined,
  comparison: undefined,
  tables: {},
  serverVersion: undefined,
  wanted: { by: 'first', key: {}, image: {} },
  preview: notAsked,
  plan: notAsked,
  renaming: undefined,
}
