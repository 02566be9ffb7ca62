import type { ObjectState } from '../stores/object-state.ts'
import { useNow } from '../stores/use-now.ts'
import { StatusGlyph, toneOf } from './status-glyph.tsx'

/** Shape and word of a state; `more` says when the next try is, or how far a backfill has come. */
export function StateWord({ state, more = false }: { state: ObjectState; more?: boolean }) {
  return (
    <span className={`state-word tone-${toneOf[state.glyph]}`}>
      <StatusGlyph glyph={state.glyph} />
      <span>{state.word}</span>
      {more && <StateMore state={state} />}
    </span>
  )
}

/** `in 4 s`, `43 %`, or nothing. */
export function StateMore({ state }: { state: ObjectState }) {
  if (state.retryAt !== undefined) return <Countdown at={state.retryAt} />
  if (state.progress !== undefined) return <span className="num">{Math.floor(state.progress * 100)} %</span>
  return null
}

function Countdown({ at }: { at: number }) {
  const seconds = Math.ceil((at - useNow()) / 1_000)
  return <span className="num">{seconds > 0 ? `in ${seconds} s` : 'now'}</span>
}
