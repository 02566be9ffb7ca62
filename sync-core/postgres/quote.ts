/** `name` as an identifier that means exactly this name. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** `text` as a string literal, whatever `standard_conforming_strings` says. */
export function quoteLiteral(text: string): string {
  const escaped = text.replaceAll("'", "''")
  return text.includes('\\') ? ` E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`
}

/** An array literal of text values, `{"a",NULL}`, as every array type's input function reads it. */
export function arrayLiteral(values: readonly (string | null)[]): string {
  let text = '{'
  for (const value of values) {
    if (text.length > 1) text += ','
    if (value === null) text += 'NULL'
    else if (plainElement.test(value)) text += value
    else text += `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  }
  return `${text}}`
}

const plainElement = /^(?!null$)[A-Za-z0-9_.:+-]+$/i
