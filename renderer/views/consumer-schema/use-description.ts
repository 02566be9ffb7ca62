import { useEffect, useMemo, useState } from 'react'
import type { FailureView, PublicSchemaView } from '../../../main/contract/contract.ts'
import type { DefineAnswer } from '../../../main/contract/define-answers.ts'
import { useProgram } from '../../stores/program.ts'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'
import { type ConsumerFacts, contractOf } from './consumer-facts.ts'

export type Description = DefineAnswer<'consumer.describe'>

export interface Described {
  /** The last that was said; of the text before, while another is being asked for. */
  readonly description: Description | undefined
  /** The destination could not be asked. */
  readonly failure: FailureView | undefined
  readonly asking: boolean
  again(): void
}

const askAfterMs = 300

/** What text and destination say of a draft, asked shortly after it was changed. */
export function useDescription({ id, form }: EditedConsumer, { schema, destination }: ConsumerFacts): Described {
  const { invoke } = useProgram()
  const [turn, setTurn] = useState(0)
  const [said, setSaid] = useState<Pick<Described, 'description' | 'failure'>>(nothing)
  const [asking, setAsking] = useState(false)
  const contract = useContract(schema)
  const connection = destination?.id
  const source = schema?.source
  const { name, sql, deleteSql, createTable } = form
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks once more
  useEffect(() => {
    if (contract === undefined || connection === undefined || sql.trim() === '') {
      setAsking(false)
      return setSaid(nothing)
    }
    let isOver = false
    setAsking(true)
    const ask = async () => {
      const draft = askedDraft({ name, sql, deleteSql, createTable })
      const answer = await invoke('consumer.describe', {
        question: `describe:${id}`,
        connection,
        source,
        draft,
        contract,
      })
      if (isOver) return
      setAsking(false)
      if (answer.ok)
        setSaid((before) => ({ description: steady(answer.value, before.description), failure: undefined }))
      else setSaid(({ description }) => ({ description, failure: answer.failure }))
    }
    const timer = setTimeout(() => void ask(), askAfterMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [id, name, sql, deleteSql, createTable, contract, connection, source, turn, invoke])
  return { ...said, asking, again: () => setTurn((last) => last + 1) }
}

/** While a statement cannot be read, which is so at every other key, its columns are those that it had. */
function steady(said: Description, before: Description | undefined): Description {
  const isBroken = said.sql.some(({ severity }) => severity === 'error') && said.mapping.columns.length === 0
  return isBroken && before !== undefined ? { ...said, mapping: before.mapping } : said
}

const nothing = { description: undefined, failure: undefined }

/** The same one until it says something else, however often the workspace is read. */
export function useContract(schema: PublicSchemaView | undefined) {
  const text = schema === undefined ? undefined : JSON.stringify(contractOf(schema))
  return useMemo(() => (text === undefined ? undefined : (JSON.parse(text) as ReturnType<typeof contractOf>)), [text])
}

/** As those are asked who look at SQL. Pure. */
export function askedDraft({ name, sql, deleteSql, createTable }: AskedForm) {
  return {
    name,
    sql,
    deleteSql: isBlank(deleteSql) ? undefined : deleteSql,
    ...(isBlank(createTable) ? {} : { createTable }),
  }
}

type AskedForm = Pick<EditedConsumer['form'], 'name' | 'sql' | 'deleteSql' | 'createTable'>

export function isBlank(sql: string | undefined): sql is undefined {
  return sql === undefined || sql.trim() === ''
}
