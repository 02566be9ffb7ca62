import type { Problem } from '../domain/manifest.ts'
import { fieldOf, type Subject } from './fields.ts'
import { report } from './json-document.ts'

/** What `${env:REJOT_…}` stands for, by name. */
export type Variables = Readonly<Record<string, string | undefined>>

/**
 * The secret itself: plain, from a variable, or `undefined` when there is none. Only names that begin with REJOT_ are
 * read, so that a manifest from elsewhere cannot send other secrets of this machine to a host of its choice. Never
 * reports what a variable holds.
 */
export function readPassword(config: Subject, variables: Variables): string | undefined {
  const node = fieldOf(config.node, 'password')
  if (node === undefined) return undefined
  if (node.type !== 'string') {
    report(config.document, node, `"password" of ${config.name} must be text`)
    return undefined
  }
  const text = String(node.value)
  const name = /^\$\{env:([^}]*)\}$/.exec(text)?.[1]
  if (name === undefined) return text === '' ? undefined : text
  if (!/^REJOT_[A-Za-z0-9_]+$/.test(name)) {
    report(config.document, node, `"password" of ${config.name} names a variable that does not begin with REJOT_`)
    return undefined
  }
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined
  if (value === undefined || value === '') {
    report(config.document, node, `The variable ${name}${missing(config.name)}`, 'warning')
    return undefined
  }
  return value
}

const missing = (connection: string): string => `, the password of ${connection}, is not set`

/** Whether a problem of this manifest is the missing password of one of its connections. */
export function isMissingPassword({ message, file }: Problem, manifestPath: string, slug: string): boolean {
  return file === manifestPath && message.endsWith(missing(`connection "${slug}"`))
}

/** What stands in a manifest for the password of a connection: upper case, every other character `_`. */
export function passwordVariable(slug: string): string {
  return `REJOT_${slug.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_PASSWORD`
}
