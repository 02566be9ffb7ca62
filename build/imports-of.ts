import { parseAst } from 'vite'

export interface Import {
  readonly specifier: string
  readonly line: number
}

/**
 * Everything that a source file imports, types included: static and dynamic imports, and what it hands on. Throws when
 * the file cannot be parsed.
 */
export function importsOf(file: string, code: string): readonly Import[] {
  const found: Import[] = []
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit)
    else if (isNode(node)) {
      const specifier = importKinds.has(node.type) ? specifierOf(node) : undefined
      if (specifier !== undefined) found.push({ specifier, line: lineAt(code, node.start) })
      for (const child of Object.values(node)) visit(child)
    }
  }
  visit(parseAst(code, { lang: file.endsWith('.tsx') ? 'tsx' : 'ts' }, file))
  return found
}

interface Node {
  readonly type: string
  readonly start: number
  readonly source?: unknown
}

const importKinds = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
])

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value
  )
}

/** A dynamic import of a computed name says nothing here. */
function specifierOf({ source }: Node): string | undefined {
  if (typeof source !== 'object' || source === null || !('value' in source)) return undefined
  return typeof source.value === 'string' ? source.value : undefined
}

function lineAt(code: string, position: number): number {
  return code.slice(0, position).split('\n').length
}
