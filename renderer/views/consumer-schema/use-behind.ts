import { useEffect, useState } from 'react'
import type { BehindPositionView, VerbInput } from '../../../main/contract/contract.ts'
import type { FormStart } from '../../../main/contract/form-start.ts'
import { useProgram } from '../../stores/program.ts'

/** What lies behind a position, as far as it was asked. `unknown`: nothing of the public schema is stored. */
export type Behind =
  | { readonly state: 'asking' | 'unknown' }
  | { readonly state: 'failed'; readonly message: string }
  | ({ readonly state: 'known' } & BehindPositionView)

const askAfterMs = 300
const againMs = 5_000

/** Asked shortly after it was changed, and now and then after that: events come. */
export function useBehind(schema: string | undefined, position: Exclude<FormStart, string>): Behind {
  const { invoke } = useProgram()
  const [said, setSaid] = useState<{ readonly of: string; readonly behind: Behind }>()
  const question = questionOf(schema, position)
  const asked = question === undefined ? undefined : JSON.stringify(question)
  useEffect(() => {
    if (asked === undefined) return
    let timer: ReturnType<typeof setTimeout>
    let isOver = false
    const ask = async () => {
      const answer = await invoke('events.behind', JSON.parse(asked))
      if (isOver) return
      timer = setTimeout(() => void ask(), againMs)
      if (!answer.ok) setSaid({ of: asked, behind: { state: 'failed', message: answer.failure.message } })
      else if (answer.value === undefined) setSaid({ of: asked, behind: { state: 'unknown' } })
      else setSaid({ of: asked, behind: { state: 'known', ...answer.value } })
    }
    timer = setTimeout(() => void ask(), askAfterMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [asked, invoke])
  if (asked === undefined) return { state: 'unknown' }
  return said?.of === asked ? said.behind : { state: 'asking' }
}

/** Only of what can be asked; an event need not say its store yet. */
function questionOf(
  schema: string | undefined,
  position: Exclude<FormStart, string>,
): VerbInput<'events.behind'> | undefined {
  if (schema === undefined) return undefined
  if ('since' in position) return position.since === '' ? undefined : { schema, position }
  const after = position.after.trim()
  return /^[0-9]{1,15}$/.test(after) ? { schema, position: { after: Number(after), store: position.store } } : undefined
}
