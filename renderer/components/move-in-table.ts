import type { KeyboardEvent } from 'react'

/** Arrows, Home and End between the row buttons (`data-row`) of a table; Enter and Space are the button's own. */
export function moveInTable(event: KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')]
  const at = rows.findIndex((row) => row.matches(':focus'))
  const target = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: rows.length - 1 }[event.key]
  const row = target === undefined ? undefined : rows[Math.min(target, rows.length - 1)]
  if (row === undefined) return
  event.preventDefault()
  row.focus()
  row.click()
}
