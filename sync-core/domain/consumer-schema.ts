import type { ConsumerStart } from './consumer-start.ts'

/** How one team writes a public schema into its own database. */
export interface ConsumerSchema {
  readonly manifest: string
  readonly name: string
  readonly sourceManifest: string
  readonly publicSchema: { readonly name: string; readonly majorVersion: number }
  /** Slug of the connection it writes. */
  readonly destination: string
  readonly sql: string
  readonly deleteSql: string | undefined
  /** What becomes of a row that the destination refuses: it is set aside (absent: so too), or the consumer halts. */
  readonly onRefusal?: 'park' | 'halt'
  /** What it gets when it begins; absent: everything. */
  readonly start?: ConsumerStart
  /** It takes each version of a row, in order, and not only the last one of an epoch. */
  readonly everyVersion?: boolean
}

/** `@harbor/crm/crm-contacts`: unique in an engine; also the name of its row in `rejot.consumer_offset`. */
export function consumerId(consumer: Pick<ConsumerSchema, 'manifest' | 'name'>): string {
  return `${consumer.manifest}/${consumer.name}`
}
