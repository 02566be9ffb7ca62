import { pathToFileURL } from 'node:url'
import { resolveImports } from './resolve-imports.ts'

/**
 * Runs in a process of its own: imports the file that is named on the command line, and sends what it exports to the
 * parent. That is the file's default export, else all of them; a schema, a list of them, or an object with some in it.
 */
resolveImports()
const [path = ''] = process.argv.slice(2)
try {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href)
  tell({ schemas: schemasIn('default' in module ? module.default : { ...module }) })
} catch (error) {
  tell({
    error:
      error instanceof Error
        ? { message: error.message, stack: error.stack ?? '' }
        : { message: String(error), stack: '' },
  })
}

/** Things that look like schemas; the parent looks closely. */
function schemasIn(exported: unknown): readonly unknown[] {
  if (typeof exported !== 'object' || exported === null) return []
  if ('name' in exported && 'config' in exported) return [exported]
  return Object.values(exported).filter((one) => typeof one === 'object' && one !== null && 'config' in one)
}

function tell(result: unknown): void {
  process.send?.(JSON.stringify(result), () => process.exit(0))
}
