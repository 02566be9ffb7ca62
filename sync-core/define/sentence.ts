import type { Trouble } from '../domain/description.ts'
import type { Failure } from '../domain/failure.ts'

/**
 * A failure for somebody who looks at the very object: without the object's name, which its sentence begins with, as the
 * engine's own log needs it.
 */
export function sentenceOf({ message, object, sqlstate }: Failure): string {
  if (sqlstate === '57014') return 'The server takes too long to read this'
  const start = message.indexOf(`${object}: `)
  const state = start < 0 ? message : message.slice(start + object.length + 2)
  return `${state.slice(0, 1).toUpperCase()}${state.slice(1)}`
}

export function troubleOf(failure: Failure): Trouble {
  return { message: sentenceOf(failure), hint: failure.solution }
}
