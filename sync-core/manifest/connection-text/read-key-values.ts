import { createReading, note, type Reading, take } from './connection-reading.ts'

/** libpq's `host=db port=5432 password='it''s'`: blanks around `=`, single quotes, a backslash before what is meant as it is. */
export function readKeyValues(text: string): Reading {
  const reading = createReading()
  const pair = /\s*([A-Za-z_]+)\s*=\s*(?:'((?:\\[\s\S]|[^'\\])*)'|((?:\\[\s\S]|[^\s\\'])*))(?=\s|$)/y
  for (let found = pair.exec(text); found !== null; found = pair.exec(text)) {
    const [, name = '', quoted, bare = ''] = found
    take(reading, name.toLowerCase(), (quoted ?? bare).replaceAll(/\\([\s\S])/g, '$1'))
    if (text.slice(pair.lastIndex).trim() === '') return reading
  }
  note(reading, 'A part of it was not understood: see that the fields are right')
  return reading
}

/** Whether a text begins with one of libpq's words and `=`. */
export function looksLikeKeyValues(text: string): boolean {
  return /^(?:host|hostaddr|port|dbname|user|password|passfile|service|ssl[a-z]+|application_name|connect_timeout|options|target_session_attrs|channel_binding)\s*=/.test(
    text,
  )
}
