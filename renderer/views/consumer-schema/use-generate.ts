import { useState } from 'react'
import type { FailureView } from '../../../main/contract/contract.ts'
import type { DefineAnswer } from '../../../main/contract/define-answers.ts'
import { useProgram } from '../../stores/program.ts'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'
import { type ConsumerFacts, contractOf } from './consumer-facts.ts'
import { tableOfForm } from './table-name.ts'
import { isBlank } from './use-description.ts'

export type Generated = DefineAnswer<'consumer.generate'>

export interface Generate {
  readonly running: boolean
  readonly failure: FailureView | undefined
  /** What a person should know of what was generated last. */
  readonly notes: readonly string[]
  /** SQL that would take the place of what is written there: asked about before. */
  readonly proposal: Generated | undefined
  run(): Promise<void>
  accept(): void
  reject(): void
}

/** SQL for the chosen table, made by the destination's own catalogue, which is read again before. */
export function useGenerate({ id, form }: EditedConsumer, { schema, destination }: ConsumerFacts): Generate {
  const { invoke, schemaDrafts, tabs } = useProgram()
  const [running, setRunning] = useState(false)
  const [failure, setFailure] = useState<FailureView>()
  const [notes, setNotes] = useState<readonly string[]>([])
  const [proposal, setProposal] = useState<Generated>()
  const table = tableOfForm(form)

  const write = ({ sql, deleteSql, createTable, notes: told }: Generated) => {
    schemaDrafts.changeConsumer(id, { sql, deleteSql, createTable })
    setNotes(told)
    setProposal(undefined)
  }
  return {
    running,
    failure,
    notes,
    proposal,
    async run() {
      if (schema === undefined || destination === undefined || table === undefined || running) return
      setRunning(true)
      setFailure(undefined)
      const connection = destination.id
      await invoke('catalogue.refresh', { connection })
      const answer = await invoke('consumer.generate', {
        connection,
        contract: contractOf(schema),
        table: { schema: table.schema, name: table.name },
        comments: false,
      })
      setRunning(false)
      if (!answer.ok) return setFailure(answer.failure)
      const isFirst = form.sql.trim() === '' && isBlank(form.deleteSql) && isBlank(form.createTable)
      if (isFirst || isSame(answer.value, form)) write(answer.value)
      else setProposal(answer.value)
      if (isFirst) tabs.settle(id)
    },
    accept: () => proposal !== undefined && write(proposal),
    reject: () => setProposal(undefined),
  }
}

function isSame(generated: Generated, { sql, deleteSql, createTable }: EditedConsumer['form']): boolean {
  return generated.sql === sql && generated.deleteSql === deleteSql && generated.createTable === createTable
}
