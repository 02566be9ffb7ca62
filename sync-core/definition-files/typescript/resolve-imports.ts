import { type ResolveFnOutput, type ResolveHookContext, registerHooks } from 'node:module'
import { extname } from 'node:path'

/** `.js` where this program is compiled. */
const ending = extname(import.meta.filename)

/** Packages that definition files import, and what stands for them where a project has not installed them. */
const substitutes: Readonly<Record<string, string>> = {
  '@rejot-dev/contract/public-schema': new URL(`public-schema${ending}`, import.meta.url).href,
  '@rejot-dev/contract/consumer-schema': new URL(`consumer-schema${ending}`, import.meta.url).href,
  '@rejot-dev/adapter-postgres': new URL(`adapter-postgres${ending}`, import.meta.url).href,
  zod: import.meta.resolve('zod'),
  'zod/v3': import.meta.resolve('zod/v3'),
  'zod/v4': import.meta.resolve('zod/v4'),
}

type NextResolve = (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput

/** From here on imports that would fail find what is meant: our packages, and files that are named without `.ts`. */
export function resolveImports(): void {
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        const found = isMissing(error) ? resolveOtherwise(specifier, context, next) : undefined
        if (found === undefined) throw error
        return found
      }
    },
  })
}

function resolveOtherwise(
  specifier: string,
  context: ResolveHookContext,
  next: NextResolve,
): ResolveFnOutput | undefined {
  const url = Object.hasOwn(substitutes, specifier) ? substitutes[specifier] : undefined
  if (url !== undefined) return { url, shortCircuit: true }
  if (!specifier.startsWith('.')) return undefined
  // Bundlers and TypeScript's older resolution let the ending out, or say .js where .ts is meant.
  const stem = specifier.replace(/\.js$/, '')
  for (const candidate of [`${stem}.ts`, `${stem}/index.ts`]) {
    try {
      return next(candidate, context)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
  return undefined
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_UNSUPPORTED_DIR_IMPORT' || code === 'MODULE_NOT_FOUND'
}
