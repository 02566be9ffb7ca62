import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import './checklist.css'

export interface ChecklistItem {
  readonly id: string
  readonly title: string
  /** How it is done; once it is, what came of it. */
  readonly note: ReactNode
  readonly isDone: boolean
  /** What does it. */
  readonly action?: ReactNode
}

interface ChecklistProps {
  readonly title: string
  readonly items: readonly ChecklistItem[]
  /** At the end of the head. */
  readonly children?: ReactNode
}

/** A list that ticks itself. The first that is not done is the next one. */
export function Checklist({ title, items, children }: ChecklistProps) {
  const done = items.filter(({ isDone }) => isDone).length
  const next = items.find(({ isDone }) => !isDone)?.id
  return (
    <>
      <div className="checklist-head">
        <h2 className="grow">{title}</h2>
        <span className="checklist-count muted num">
          {done} of {items.length}
        </span>
        {children}
      </div>
      <progress className="bar bar-ok" max={items.length} value={done} aria-label={`Done of: ${title}`} />
      <ol className="checklist">
        {items.map(({ id, title: name, note, isDone, action }) => (
          <li key={id} className={isDone ? 'check-done' : id === next ? 'check-next' : ''}>
            <span className="check-mark">{isDone && <Check size={12} strokeWidth={3} aria-label="Done" />}</span>
            <span className="grow">
              <strong>{name}</strong>
              <span className="muted">{note}</span>
            </span>
            {action}
          </li>
        ))}
      </ol>
    </>
  )
}
