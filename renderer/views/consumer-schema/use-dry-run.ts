import { useEffect, useRef, useState } from 'react'
import type { FailureView } from '../../../main/contract/contract.ts'
import type { DefineAnswer } from '../../../main/contract/define-answers.ts'
import { useProgram } from '../../stores/program.ts'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'
import { type ConsumerFacts, contractOf } from './consumer-facts.ts'
import { readSampleEvents, type SampleEvents } from './sample-events.ts'
import { askedDraft, isBlank } from './use-description.ts'

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

export const eventCounts = [10, 50, 200] as const

/** A dry run of a draft: what it would be of, and how far it is. */
export interface DryRunHold {
  readonly now: DryRunState
  /** How many events, the last ones. */
  readonly count: number
  /** Source and destination, as they are called where there are some. */
  readonly schema: string
  readonly destination: string
  /** Source, destination and SQL are there. */
  readonly isPossible: boolean
  /** The SQL is another one by now. */
  readonly isStale: boolean
  /** A production database: it has to be said yes to before. */
  readonly asking: boolean
  choose(count: number): void
  /** Nothing where it is not possible. */
  start(): void
  confirm(): void
  dismiss(): void
  cancel(): void
}

/** What the SQL would do with the last real events: asked of the destination, and rolled back there. */
export function useDryRun({ id, form }: EditedConsumer, { schema, destination }: ConsumerFacts): DryRunHold {
  const { invoke } = useProgram()
  const [now, setNow] = useState<DryRunState>({ state: 'none' })
  const [asking, setAsking] = useState(false)
  const [count, choose] = useState<number>(50)
  const turn = useRef(0)
  // What is answered to nobody any more is not told.
  useEffect(() => {
    return () => {
      turn.current += 1
    }
  }, [])
  const question = `dry-run:${id}`

  const run = async (confirmed: boolean) => {
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
  const isPossible = schema !== undefined && destination !== undefined && !isBlank(form.sql)
  return {
    now,
    count,
    schema: schema?.name ?? 'the public schema',
    destination: destination?.slug ?? 'the destination',
    isPossible,
    isStale: now.state === 'done' && now.of !== textOf(form),
    asking,
    choose,
    start() {
      if (!isPossible) return
      if (destination.environment === 'production') setAsking(true)
      else void run(false)
    },
    confirm: () => void run(true),
    dismiss: () => setAsking(false),
    cancel() {
      turn.current += 1
      setNow({ state: 'none' })
      void invoke('question.cancel', { question })
    },
  }
}

/** What a dry run is of. */
function textOf({ sql, deleteSql, createTable }: Pick<EditedConsumer['form'], 'sql' | 'deleteSql' | 'createTable'>) {
  return JSON.stringify([sql, deleteSql ?? '', createTable ?? ''])
}
