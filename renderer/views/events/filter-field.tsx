import { ListFilter, X } from 'lucide-react'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { useApp, useLayout, useProgram, useStatus } from '../../stores/program.ts'
import { useFindWish } from '../../stores/use-find-wish.ts'
import { type FilterToken, type ParsedFilter, removeToken } from '../../text/filter-language.ts'
import { type Completion, completionsFor } from './completions.ts'

/** The filter as chips, and a field for the next one. What stands in the field counts once it is finished. */
export function FilterField({ parsed }: { parsed: ParsedFilter }) {
  const { layout } = useProgram()
  const text = useLayout((state) => state.eventFilter)
  const field = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = useState('')
  const [focused, setFocused] = useState(false)
  const [at, setAt] = useState(-1)
  const listId = useId()
  const completions = useCompletions(draft)
  // Before the next is begun, what is wrong with the last has to be read: it stands where completions would.
  const open = focused && completions.length > 0 && (draft !== '' || parsed.problems.length === 0)
  useFindWish(() => field.current?.focus())

  const write = (next: string, nextDraft: string) => {
    layout.change({ eventFilter: next.trim() })
    edit(nextDraft)
  }
  const edit = (next: string) => {
    setDraft(next)
    setAt(-1)
  }
  const commit = (whole: string) => {
    if (whole.trim() !== '') write(`${text} ${whole}`, '')
  }
  const choose = (completion: Completion) => (completion.done ? commit(completion.draft) : edit(completion.draft))

  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = completions[at]
    if (event.key === 'ArrowDown') setAt((index) => Math.min(index + 1, completions.length - 1))
    else if (event.key === 'ArrowUp') setAt((index) => Math.max(index - 1, -1))
    else if (event.key === 'Tab' && draft !== '' && completions[Math.max(at, 0)] !== undefined)
      choose(completions[Math.max(at, 0)] ?? never)
    else if (event.key === 'Enter' && chosen !== undefined) choose(chosen)
    else if (event.key === 'Enter') commit(draft)
    else if (event.key === ' ' && isWhole(draft)) commit(draft)
    else if (event.key === 'Backspace' && draft === '' && parsed.tokens.length > 0) takeBack()
    else if (event.key === 'Escape') field.current?.blur()
    else return
    event.preventDefault()
  }
  const takeBack = () => {
    const last = parsed.tokens.at(-1)
    if (last !== undefined) write(removeToken(text, last), text.slice(last.from, last.to))
  }

  return (
    <div className="filter-field field">
      <ListFilter size={14} aria-hidden />
      {parsed.tokens.map((token) => (
        <Token
          key={`${token.from}:${token.value}`}
          token={token}
          bad={parsed.problems.some((problem) => problem.token === token)}
        />
      ))}
      <span className="filter-input">
        <input
          ref={field}
          role="combobox"
          aria-label="Filter events"
          aria-expanded={open}
          aria-controls={listId}
          aria-activedescendant={open && at >= 0 ? `${listId}-${at}` : undefined}
          value={draft}
          placeholder={text === '' ? 'Filter, as in op:update since:10m' : ''}
          onChange={(event) => edit(event.target.value)}
          onFocus={() => setFocused(true)}
          onBlur={() => {
            setFocused(false)
            commit(draft)
          }}
          onKeyDown={onKeyDown}
        />
        <div className="menu completions" role="listbox" id={listId} aria-label="Completions" hidden={!open}>
          {completions.map((completion, index) => (
            <div
              key={completion.draft}
              id={`${listId}-${index}`}
              className="menu-item"
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              data-highlighted={index === at ? '' : undefined}
              onMouseDown={(event) => {
                event.preventDefault()
                choose(completion)
              }}
            >
              <span className="mono ellipsis">{completion.label}</span>
              <span className="completion-right num">{completion.right}</span>
            </div>
          ))}
          <div className="completion-foot">
            <kbd>Tab</kbd> complete
          </div>
        </div>
      </span>
      <kbd>/</kbd>
    </div>
  )
}

function Token({ token, bad }: { token: FilterToken; bad: boolean }) {
  const { layout } = useProgram()
  const remove = () => layout.change({ eventFilter: removeToken(layout.store.getState().eventFilter, token) })
  return (
    <span className={`token ${bad ? 'token-bad' : ''}`}>
      {token.key !== undefined && <span className="token-key">{token.key}:</span>}
      <span className="token-value ellipsis">{token.value}</span>
      <button type="button" aria-label={`Remove ${token.key ?? ''} ${token.value}`} onClick={remove}>
        <X size={12} aria-hidden />
      </button>
    </span>
  )
}

function useCompletions(draft: string): readonly Completion[] {
  const schemas = useApp((state) => state.workspace?.publicSchemas)
  const status = useStatus((state) => state.status?.publicSchemas)
  return completionsFor(
    draft,
    (schemas ?? []).map(({ id, name }) => ({ name, events: status?.find((each) => each.id === id)?.events })),
  )
}

const never: Completion = { draft: '', label: '', right: '', done: false }

/** Whether a space ends the token: not within quotes, and not right after the colon. */
function isWhole(draft: string): boolean {
  return draft !== '' && !draft.endsWith(':') && (draft.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 0
}
