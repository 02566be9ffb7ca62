import { z } from 'zod'
import { zodToJsonSchema } from 'zod-to-json-schema'

/**
 * JSON Schema of an output: zod's of whichever copy and version a project has, known by its shape, or JSON Schema as it
 * is.
 */
export function toJsonSchema(schema: object): object {
  if (isZod4(schema)) return fromZod4(schema)
  if (isZod3(schema)) return zodToJsonSchema(schema)
  return schema
}

function isZod4(schema: object): schema is z.core.$ZodType {
  return '_zod' in schema
}

function isZod3(schema: object): schema is Parameters<typeof zodToJsonSchema>[0] {
  return '_def' in schema && typeof schema._def === 'object' && schema._def !== null && 'typeName' in schema._def
}

function fromZod4(schema: z.core.$ZodType): object {
  return z.toJSONSchema(schema, {
    target: 'draft-7',
    unrepresentable: 'any',
    // What has no JSON Schema of its own is written as zod 3's is.
    override: ({ zodSchema, jsonSchema }) => {
      const { type } = zodSchema._zod.def
      if (type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
      if (type === 'bigint') Object.assign(jsonSchema, { type: 'integer', format: 'int64' })
    },
  })
}
