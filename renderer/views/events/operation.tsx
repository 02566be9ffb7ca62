import { Minus, Pencil, Plus } from 'lucide-react'
import type { EventRowView } from '../../../main/contract/contract.ts'

type Operation = EventRowView['operation']

export const operationTone: Readonly<Record<Operation, string>> = {
  insert: 'tone-ok',
  update: 'text-2',
  delete: 'tone-error',
}
const icons = { insert: Plus, update: Pencil, delete: Minus } as const

export function OperationWord({ operation }: { operation: Operation }) {
  const Icon = icons[operation]
  return (
    <span className={`operation ${operationTone[operation]}`}>
      <Icon size={12} aria-hidden /> {operation}
    </span>
  )
}

/** What changed, in a few words. */
export function changedWords({ operation, changed }: Pick<EventRowView, 'operation' | 'changed'>): string {
  if (operation === 'insert') return 'new row'
  if (operation === 'delete') return 'row removed'
  return changed.length === 0 ? 'written again' : changed.join(', ')
}
