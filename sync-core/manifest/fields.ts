import type { Node } from 'jsonc-parser'
import { type JsonDocument, report } from './json-document.ts'

/** A JSON object that is being read, and what to call it in a sentence: `connection "accounts-db"`. */
export interface Subject {
  readonly document: JsonDocument
  readonly node: Node
  readonly name: string
}

/** The value of a field; `undefined` when it is absent. */
export function fieldOf(node: Node | undefined, name: string): Node | undefined {
  if (node?.type !== 'object') return undefined
  return node.children?.find((property) => property.children?.[0]?.value === name)?.children?.[1]
}

/** All fields of an object, in order. */
export function fieldsOf(node: Node | undefined): readonly { readonly name: string; readonly value: Node }[] {
  if (node?.type !== 'object') return []
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? []
    return key === undefined || value === undefined ? [] : [{ name: String(key.value), value }]
  })
}

/** A field's text. Reports one that is missing, empty or no text, and returns `undefined` then. */
export function requiredText(subject: Subject, field: string): string | undefined {
  const node = fieldOf(subject.node, field)
  if (node === undefined) {
    report(subject.document, subject.node, `"${field}" is missing in ${subject.name}`)
    return undefined
  }
  return textOf(subject, field, node)
}

/** Like `requiredText`, and nothing is wrong when the field is absent. */
export function optionalText(subject: Subject, field: string): string | undefined {
  const node = fieldOf(subject.node, field)
  return node === undefined ? undefined : textOf(subject, field, node)
}

/** A text that is shown, compared and written into other places: without control characters, of at most 255. */
export function requiredName(subject: Subject, field: string): string | undefined {
  const text = requiredText(subject, field)
  const node = fieldOf(subject.node, field)
  if (text === undefined || node === undefined) return undefined
  const fault = faultOfName(text)
  if (fault === undefined) return text
  report(subject.document, node, `"${field}" of ${subject.name} ${fault}`)
  return undefined
}

/** A whole number of a range. */
export function requiredInteger(subject: Subject, field: string, range: readonly [number, number]): number | undefined {
  const node = fieldOf(subject.node, field)
  const [least, most] = range
  if (node === undefined) {
    report(subject.document, subject.node, `"${field}" is missing in ${subject.name}`)
    return undefined
  }
  const value: unknown = node.value
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  const bounds = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`
  report(subject.document, node, `"${field}" of ${subject.name} must be a whole number ${bounds}`)
  return undefined
}

/** A field that holds an object. */
export function requiredObject(subject: Subject, field: string): Node | undefined {
  const node = fieldOf(subject.node, field)
  if (node?.type === 'object') return node
  if (node === undefined) report(subject.document, subject.node, `"${field}" is missing in ${subject.name}`)
  else report(subject.document, node, `"${field}" of ${subject.name} must be an object`)
  return undefined
}

/** The items of a list that are objects; reports others. An absent list is empty. */
export function objectsIn(subject: Subject, field: string): readonly Node[] {
  const node = fieldOf(subject.node, field)
  if (node === undefined) return []
  if (node.type !== 'array') {
    report(subject.document, node, `"${field}" of ${subject.name} must be a list`)
    return []
  }
  return (node.children ?? []).filter((item) => {
    if (item.type !== 'object')
      report(subject.document, item, `"${field}" of ${subject.name} holds something that is no object`)
    return item.type === 'object'
  })
}

/** Names or paths of a list; reports what is none. `undefined` when the list is absent or no list. */
export function textsIn(subject: Subject, field: string): readonly string[] | undefined {
  const node = fieldOf(subject.node, field)
  if (node === undefined) return undefined
  if (node.type !== 'array') {
    report(subject.document, node, `"${field}" of ${subject.name} must be a list`)
    return undefined
  }
  return (node.children ?? []).flatMap((item) => {
    const text = item.type === 'string' ? String(item.value) : ''
    const fault = text === '' ? 'must hold texts that are not empty' : faultOfLine(text)
    if (fault === undefined) return [text]
    report(subject.document, item, `"${field}" of ${subject.name} ${fault}`)
    return []
  })
}

/** What keeps a text from being a name, to follow "The name …"; `undefined` for a good one. */
export function faultOfName(text: string): string | undefined {
  return faultOfLine(text) ?? (text.length > 255 ? 'is longer than 255 characters' : undefined)
}

/** The same for what may be longer than a name, a path for instance. */
function faultOfLine(text: string): string | undefined {
  if (text.trim() === '') return 'must not be blank'
  const isOneLine = !/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(text) && text.isWellFormed()
  return isOneLine ? undefined : 'holds a control character'
}

function textOf(subject: Subject, field: string, node: Node): string | undefined {
  if (node.type === 'string' && node.value !== '') return String(node.value)
  report(
    subject.document,
    node,
    `"${field}" of ${subject.name} must ${node.type === 'string' ? 'not be empty' : 'be text'}`,
  )
  return undefined
}
