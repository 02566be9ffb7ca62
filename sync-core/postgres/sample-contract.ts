import type { Clock } from '../domain/clock.ts'
import type { PublicSchema } from '../domain/public-schema.ts'
import { publicSchemaId } from '../domain/public-schema.ts'
import type { ProjectedRow } from '../domain/source.ts'

/** Looks at a row now and then: what the server's description of the SQL cannot say, such as that a value is never NULL. */
export interface ContractSample {
  /** Rows of a public schema that are about to be published. */
  see(schema: string, rows: readonly ProjectedRow[]): void
  /** What was seen last against its contract; a sentence. */
  faultOf(schema: string): string | undefined
}

/** Parsing is what the engine avoids: one row of a public schema in that time, and no huge one. */
const sampleEveryMs = 200
const largestPayload = 65_536

/** A fault stays until as many samples as this have kept the contract. */
const forgivenAfter = 50

export function createContractSample(schemas: readonly PublicSchema[], clock: Clock): ContractSample {
  const samples = new Map(
    schemas.map((schema) => [
      publicSchemaId(schema),
      {
        promised: schema.columns.filter(({ nullable }) => !nullable).map(({ name }) => name),
        nextAt: 0,
        fault: undefined as string | undefined,
        kept: 0,
      },
    ]),
  )
  return {
    see(schema, rows) {
      const sample = samples.get(schema)
      const now = clock.monotonicMs()
      if (sample === undefined || sample.promised.length === 0 || rows.length === 0 || now < sample.nextAt) return
      const row = rows[Math.floor(Math.random() * rows.length)]
      if (row === undefined || row.payload.length > largestPayload) return
      sample.nextAt = now + sampleEveryMs
      const values = JSON.parse(row.payload) as Record<string, unknown>
      const missing = sample.promised.find((name) => values[name] === null)
      if (missing !== undefined) {
        sample.fault = `A row has NULL as "${missing}", which its outputSchema says is never so`
        sample.kept = 0
      } else if (sample.fault !== undefined) {
        sample.kept += 1
        if (sample.kept >= forgivenAfter) sample.fault = undefined
      }
    },
    faultOf: (schema) => samples.get(schema)?.fault,
  }
}
