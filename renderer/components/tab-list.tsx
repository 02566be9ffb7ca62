import type { KeyboardEvent, ReactNode } from 'react'

interface TabListProps<Id extends string> {
  readonly label: string
  readonly tabs: readonly { readonly id: Id; readonly name: string; readonly more?: ReactNode }[]
  readonly current: Id
  /** While it is closed, no tab is selected; one is still come to by Tab. */
  readonly isOpen?: boolean
  readonly className?: string
  readonly onChoose: (id: Id) => void
}

/** Tabs in a row: Tab comes to the one that is open, left and right move between them, Home and End. */
export function TabList<Id extends string>(props: TabListProps<Id>) {
  const { label, tabs, current, isOpen = true, className = '', onChoose } = props
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const at = tabs.findIndex(({ id }) => id === current)
    const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
    const next = target === undefined ? undefined : tabs[(target + tabs.length) % tabs.length]
    if (next === undefined) return
    event.preventDefault()
    onChoose(next.id)
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus()
  }
  return (
    <div className={`tab-list ${className}`} role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(({ id, name, more }) => (
        <button
          key={id}
          type="button"
          role="tab"
          data-tab={id}
          aria-selected={isOpen && id === current}
          tabIndex={id === current ? 0 : -1}
          onClick={() => onChoose(id)}
        >
          {name} {more}
        </button>
      ))}
    </div>
  )
}
