import { type ConnectionFields, createReading, note, type Reading } from './connection-reading.ts'
import { readCompose } from './read-compose.ts'
import { readEnvLines } from './read-env-lines.ts'
import { looksLikeKeyValues, readKeyValues } from './read-key-values.ts'
import { looksLikePsql, readPsqlLine } from './read-psql-line.ts'
import { readUrl } from './read-url.ts'

export interface ConnectionText {
  /** What it was taken for, as a person calls it; `undefined`: nothing that is known. */
  readonly form: ConnectionForm | undefined
  readonly fields: ConnectionFields
  /** One sentence for each thing that was not taken, without any value. */
  readonly notes: readonly string[]
}

export type ConnectionForm = 'Connection URL' | 'psql line' | 'Key=value text' | '.env lines' | 'Compose file'

/** More than this is no connection. */
const maxCharacters = 100_000

/**
 * Whatever a person has that says where a database is: a URL, a psql line, libpq's key=value text, lines of a `.env`
 * file, a compose file. Returns what was found and says what was left out; never throws, reads no file, asks nobody.
 */
export function readConnectionText(pasted: string): ConnectionText {
  const text = unwrapped(pasted)
  if (text === '') return { form: undefined, fields: {}, notes: [] }
  if (text.length > maxCharacters) return { form: undefined, fields: {}, notes: ['The text is too long'] }
  const { form, read } = formOf(text)
  const reading = read(text)
  return { form, fields: reading.fields, notes: [...reading.notes, ...leftOutNote(reading)] }
}

interface Form {
  readonly form: ConnectionForm | undefined
  readonly read: (text: string) => Reading
}

/** The order decides: a URL may stand in a psql line, and that in a compose file. */
function formOf(text: string): Form {
  const oneLine = !/[\r\n]/.test(text.replaceAll(/\\\r?\n/g, ' '))
  if (oneLine && /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/\S*$/i.test(text)) return { form: 'Connection URL', read: readUrl }
  if (/^\s*(?:services|image|environment|ports)\s*:/m.test(text)) return { form: 'Compose file', read: readCompose }
  if (oneLine && looksLikePsql(text)) return { form: 'psql line', read: readPsqlLine }
  if (looksLikeKeyValues(text)) return { form: 'Key=value text', read: readKeyValues }
  if (/^\s*(?:export\s+)?[A-Za-z_][\w.]*\s*=/m.test(text)) return { form: '.env lines', read: readEnvLines }
  const url = /(?:jdbc:)?postgres(?:ql)?(?:\+\w+)?:\/\/[^\s"'`]+/i.exec(text)?.[0]
  if (url !== undefined) return { form: 'Connection URL', read: () => readUrl(url) }
  if (/^[\w.-]+:\d+(?:\/\w+)?$/.test(text)) return { form: 'Connection URL', read: () => readUrl(`postgres://${text}`) }
  return { form: undefined, read: unknown }
}

function unknown(): Reading {
  const reading = createReading()
  note(reading, 'This is no URL, psql line, .env line or compose file that is known here: fill in the fields')
  return reading
}

/** Without the quotes of a program or the fence of a chat around it. Several lines keep the indentation of the first. */
function unwrapped(pasted: string): string {
  const fenced = /^\s*```\w*\r?\n([\s\S]*?)```\s*$/.exec(pasted)?.[1] ?? pasted
  const text = fenced.replace(/^(?:[ \t]*\r?\n)+/, '').trimEnd()
  if (/[\r\n]/.test(text)) return text
  const quoted = /^(["'`])([^"'`]*)\1;?$/.exec(text.trim())?.[2]
  return (quoted ?? text).trim()
}

function leftOutNote({ leftOut }: Reading): readonly string[] {
  const [first, second, third, ...more] = leftOut
  const names = [first, second, third].filter((name) => name !== undefined).join(', ')
  if (names === '') return []
  return [`Left out: ${names}${more.length === 0 ? '' : ` and ${more.length} more`}`]
}
