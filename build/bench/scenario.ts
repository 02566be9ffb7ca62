import type { Contender } from './contender.ts'
import type { Shape } from './shape.ts'
import type { Cost } from './watch.ts'

/** How much a measurement does. */
export interface Size {
  /** Rows of the table at the beginning, where the scenario needs any. */
  readonly table: number
  /** Rows that are written, changed or deleted. */
  readonly changes: number
}

export interface Setting {
  readonly contender: Contender
  readonly shape: Shape
  readonly size: Size
  /** From 0. */
  readonly round: number
  readonly latencySeconds: number
}

export interface Measurement {
  /** In the order of the scenario's figures. */
  readonly values: readonly number[]
  readonly cost: Cost
}

/** What is hoped for. */
export type Goal =
  | { readonly of: 'ratio'; readonly atLeast: number }
  | { readonly of: 'rejot'; readonly atLeast: number }
  | { readonly of: 'rejot'; readonly atMost: number }

export interface FigureKind {
  /** Empty for the only one. */
  readonly name: string
  readonly unit: 'rows/s' | 'transactions/s' | 'changes/s' | 'ms'
  readonly goal?: Goal
}

export interface Scenario {
  /** What `--only` looks in, and what results are called by. */
  readonly name: string
  /** A rate's size may grow; a latency's is its pace. */
  readonly kind: 'rate' | 'latency'
  /** Of the usual run, from `--rows`. */
  changes(rows: number): number
  /** The first one stands for the scenario in charts and growth. */
  readonly figures: readonly [FigureKind, ...FigureKind[]]
  measure(setting: Setting): Promise<Measurement>
}

/** Scenarios that share databases: the later ones find what the earlier ones left. */
export interface Family {
  readonly shape: Shape
  /** Rows of its table in the usual run, from `--rows`. */
  table(rows: number): number
  /** In a growth run, where each scenario does `changes`: rows of the table. */
  grownTable(changes: number): number
  /** SQL that fills the source before anybody follows it. */
  fill?(size: number): string
  readonly scenarios: readonly Scenario[]
}
