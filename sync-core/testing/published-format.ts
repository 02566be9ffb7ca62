import { readFileSync } from 'node:fs'
import { z } from 'zod'

const published = readFileSync(new URL('../../node_modules/@rejot-dev/contract/schema.json', import.meta.url), 'utf8')

/** What `outputSchema` holds is any JSON Schema, which that file only refers to. */
const format = z.fromJSONSchema(
  JSON.parse(published.replace('"$ref": "http://json-schema.org/draft-07/schema#"', '"type": "object"')),
)

/** What the JSON Schema inside `@rejot-dev/contract` 0.2.1 has against a manifest; `undefined` when it is one. */
export function publishedFault(text: string): string | undefined {
  return format.safeParse(JSON.parse(text)).error?.message
}
