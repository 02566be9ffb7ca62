import { type ConsumerStart, isStoreUuid, readInstant, type StartPosition } from '../domain/consumer-start.ts'
import { fieldOf, optionalText, requiredInteger, requiredText, type Subject } from './fields.ts'
import { report } from './json-document.ts'

/** Reads `"start"` of a consumer's settings: a word, `{"after": 14203, "store": "<uuid>"}` or `{"since": "<time>"}`. */
export function readStart(consumer: Subject): ConsumerStart | undefined {
  const { document } = consumer
  const node = fieldOf(consumer.node, 'start')
  if (node === undefined) return undefined
  if (node.value === 'everything' || node.value === 'now') return node.value
  const [after, since] = [fieldOf(node, 'after'), fieldOf(node, 'since')]
  if ((after === undefined) === (since === undefined)) {
    const choices = 'everything, now, {"after": an event’s offset, "store": its event store} or {"since": a time}'
    report(document, node, `"start" of ${consumer.name} must be one of ${choices}`)
    return undefined
  }
  const position: Subject = { document, node, name: `the start of ${consumer.name}` }
  return since === undefined ? readEvent(position) : readTime(position)
}

function readEvent(position: Subject): StartPosition | undefined {
  const after = requiredInteger(position, 'after', [0, Number.MAX_SAFE_INTEGER])
  const store = requiredText(position, 'store')
  if (after === undefined || store === undefined) return undefined
  if (isStoreUuid(store)) return { after, store }
  const message = `"store" of ${position.name} must be the uuid of an event store, as "rejot events --json" says it`
  report(position.document, fieldOf(position.node, 'store') ?? position.node, message)
  return undefined
}

function readTime(position: Subject): StartPosition | undefined {
  const since = optionalText(position, 'since')
  if (since === undefined) return undefined
  if (readInstant(since) !== undefined) return { since }
  const message = `"since" of ${position.name} must be a time with its zone, such as 2026-11-21T09:30:00Z`
  report(position.document, fieldOf(position.node, 'since') ?? position.node, message)
  return undefined
}
