import type { Problem } from '../../domain/manifest.ts'
import { readJsonDocument } from '../json-document.ts'
import { inOrder, manifestShape } from './canonical-order.ts'
import type { Json } from './json-value.ts'
import { canonicalLayout, partOfNode, partOfValue, printPart } from './print-json.ts'

/** The text of a new manifest: canonical, LF at every line's end, the last included. */
export function printManifest(manifest: { readonly [name: string]: Json | undefined }): string {
  return `${printPart(inOrder(partOfValue(manifest), manifestShape), canonicalLayout)}\n`
}

export interface FormattedManifest {
  /** `undefined` where the text is no JSON that could be printed again without loss; `problems` say why. */
  readonly text: string | undefined
  readonly problems: readonly Problem[]
}

/**
 * An existing manifest as `printManifest` would print it. Every field stays, unknown ones too, and numbers keep their
 * digits. Whether it makes sense as a manifest is not asked. Never throws.
 */
export function formatManifest(content: Uint8Array | string, path: string): FormattedManifest {
  const { root, text, problems } = readJsonDocument(content, path)
  if (root === undefined || problems.length > 0) return { text: undefined, problems }
  return { text: `${printPart(inOrder(partOfNode(text, root), manifestShape), canonicalLayout)}\n`, problems }
}
