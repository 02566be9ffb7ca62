import type { Operation } from '../domain/event.ts'
import { damagedStore } from './store-failure.ts'

const operations: readonly Operation[] = ['insert', 'update', 'delete']

/** As stored: a number of one byte. */
export const operationCode: Readonly<Record<Operation, number>> = { insert: 0, update: 1, delete: 2 }

/** Throws a FailureError of kind `store` for a number that no version has written. */
export function operationOf(code: number): Operation {
  const operation = operations[code]
  if (operation === undefined) throw damagedStore('it holds an event of an unknown operation')
  return operation
}
