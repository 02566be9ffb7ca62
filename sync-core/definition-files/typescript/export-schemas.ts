import { pathToFileURL } from 'node:url'
import { resolveImports } from './resolve-imports.ts'

/**
 * Imports a definition file into this process and returns what it exports, as JSON: its default export, else all of
 * them; a schema, a list of them, or an object with some in it. What the file throws is told the same way. Only for a
 * process that does nothing else and ends with it.
 */
export async function exportSchemas(path: string): Promise<string> {
  resolveImports()
  try {
    const url = pathToFileURL(path).href
    const module: Readonly<Record<string, unknown>> = await import(/* @vite-ignore */ url)
    return JSON.stringify({ schemas: schemasIn('default' in module ? module.default : { ...module }) })
  } catch (error) {
    const thrown =
      error instanceof Error
        ? { message: error.message, stack: error.stack ?? '' }
        : { message: String(error), stack: '' }
    return JSON.stringify({ error: thrown })
  }
}

/** Things that look like schemas; the parent looks closely. */
function schemasIn(exported: unknown): readonly unknown[] {
  if (typeof exported !== 'object' || exported === null) return []
  if ('name' in exported && 'config' in exported) return [exported]
  return Object.values(exported).filter((one) => typeof one === 'object' && one !== null && 'config' in one)
}
