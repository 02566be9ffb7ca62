import { useEffect, useRef, useState } from 'react'
import type { FailureView } from '../../../main/contract/contract.ts'
import type { DefineAnswer } from '../../../main/contract/define.ts'
import { useProgram } from '../../stores/program.ts'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'
import { type ConsumerFacts, contractOf } from './consumer-facts.ts'
import { readSampleEvents, type SampleEvents } from './sample-events.ts'
import { askedDraft } from './use-description.ts'

export type DryRun = DefineAnswer<'consumer.dryRun'>

export type DryRunState =
  | { readonly state: 'none' | 'running' | 'no events' }
  | { readonly state: 'failed'; readonly failure: FailureView }
  | {
      readonly state: 'done'
      readonly run: DryRun
      readonly events: SampleEvents
      readonly tookMs: number
      /** Of which text it was: another one since means that it is out of date. */
      readonly of: string
    }

export interface DryRunHold {
  readonly now: DryRunState
  /** A production database: it has to be said yes to before. */
  readonly asking: boolean
  start(count: number): void
  confirm(count: number): void
  dismiss(): void
  cancel(): void
}

/** What the SQL would do with the last real events: asked of the destination, and taken back there. */
export function useDryRun({ id, form }: EditedConsumer, { schema, destination }: ConsumerFacts): DryRunHold {
  const { invoke } = useProgram()
  const [now, setNow] = useState<DryRunState>({ state: 'none' })
  const [asking, setAsking] = useState(false)
  const turn = useRef(0)
  // What is answered to nobody any more is not told.
  useEffect(() => {
    return () => {
      turn.current += 1
    }
  }, [])
  const question = `dry-run:${id}`

  const run = async (count: number, confirmed: boolean) => {
    if (schema === undefined || destination === undefined) return
    setAsking(false)
    turn.current += 1
    const mine = turn.current
    const tell = (state: DryRunState) => mine === turn.current && setNow(state)
    setNow({ state: 'running' })
    const read = await readSampleEvents(invoke, schema.id, count)
    if (!read.ok) return tell({ state: 'failed', failure: read.failure })
    if (read.events.length === 0) return tell({ state: 'no events' })
    if (mine !== turn.current) return
    const startedAt = performance.now()
    const answer = await invoke('consumer.dryRun', {
      question,
      connection: destination.id,
      source: schema.source,
      contract: contractOf(schema),
      draft: askedDraft(form),
      events: read.events,
      confirmed,
    })
    if (!answer.ok) return tell({ state: 'failed', failure: answer.failure })
    const tookMs = performance.now() - startedAt
    tell({ state: 'done', run: answer.value, events: read.events, tookMs, of: textOf(form) })
  }
  return {
    now,
    asking,
    start(count) {
      if (destination?.environment === 'production') setAsking(true)
      else void run(count, false)
    },
    confirm: (count) => void run(count, true),
    dismiss: () => setAsking(false),
    cancel() {
      turn.current += 1
      setNow({ state: 'none' })
      void invoke('question.cancel', { question })
    },
  }
}

/** What a dry run is of. */
export function textOf({
  sql,
  deleteSql,
  createTable,
}: Pick<EditedConsumer['form'], 'sql' | 'deleteSql' | 'createTable'>) {
  return JSON.stringify([sql, deleteSql ?? '', createTable ?? ''])
}
