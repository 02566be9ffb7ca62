import { placeAt } from '../manifest/text-place.ts'
import { readFields } from './header-fields.ts'
import { splitSections } from './split-sections.ts'

/**
 * The text of a SQL definition file with another name where its headers name a data store. Nothing else changes, line
 * ends included. Pure.
 */
export function renameDataStore(text: string, former: string, name: string): string {
  // Lines are the same without the line ends of Windows, and offsets are not.
  const plain = text.replaceAll('\r\n', '\n')
  const named = splitSections(plain)
    .flatMap(({ header }) => readFields(header).fields)
    .filter((field) => (field.name === 'data store' || field.name === 'writes') && field.value.trim() === former)
    .map(({ offset }) => placeAt(plain, offset).line)
  const lines = text.split('\n')
  for (const number of named) {
    const line = lines[number - 1] ?? ''
    const place = line.indexOf(former, line.indexOf(':'))
    lines[number - 1] = line.slice(0, place) + name + line.slice(place + former.length)
  }
  return lines.join('\n')
}
