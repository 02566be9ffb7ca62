import type { editor, IRange } from 'monaco-editor/editor'
import { sqlTokens } from '../text/sql-tokens.ts'

/** The dotted line of placeholders, which a theme of Monaco's cannot say. */
export function placeholderDecorations(model: editor.ITextModel): editor.IModelDeltaDecoration[] {
  let offset = 0
  return sqlTokens(model.getValue()).flatMap(({ type, text }) => {
    const from = offset
    offset += text.length
    if (type !== 'placeholder') return []
    return [{ range: rangeOf(model, from, offset), options: { inlineClassName: 'sql-placeholder' } }]
  })
}

/** From offsets, as the engine counts: 0-based UTF-16 units, the second exclusive. */
export function rangeOf(model: editor.ITextModel, from: number, to: number): IRange {
  const start = model.getPositionAt(from)
  const end = model.getPositionAt(to)
  return {
    startLineNumber: start.lineNumber,
    startColumn: start.column,
    endLineNumber: end.lineNumber,
    endColumn: end.column,
  }
}
