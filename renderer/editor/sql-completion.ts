import { type editor, languages } from 'monaco-editor/editor'
import type { Completion, Completions } from '../../sync-core/domain/completion.ts'
import { sqlLanguage } from './sql-language.ts'
import { rangeOf } from './sql-placeholders.ts'

/** What could stand at an offset of a text; `undefined` where that cannot be said. */
export type Complete = (sql: string, offset: number) => Promise<Completions | undefined>

/** Monaco asks one provider for all texts of a language: each text has its own answer here. */
const completers = new WeakMap<editor.ITextModel, Complete>()

export function completeWith(model: editor.ITextModel, complete: Complete | undefined): void {
  if (complete === undefined) completers.delete(model)
  else completers.set(model, complete)
}

const kinds: Readonly<Record<Completion['kind'], languages.CompletionItemKind>> = {
  table: languages.CompletionItemKind.Struct,
  schema: languages.CompletionItemKind.Module,
  column: languages.CompletionItemKind.Field,
  alias: languages.CompletionItemKind.Variable,
  placeholder: languages.CompletionItemKind.Constant,
  condition: languages.CompletionItemKind.Reference,
  function: languages.CompletionItemKind.Function,
  type: languages.CompletionItemKind.TypeParameter,
  keyword: languages.CompletionItemKind.Keyword,
}

export function registerSqlCompletion(): void {
  languages.registerCompletionItemProvider(sqlLanguage, {
    triggerCharacters: ['.', ':', '$', ' '],
    async provideCompletionItems(model, position, _, token) {
      const found = await completers.get(model)?.(model.getValue(), model.getOffsetAt(position))
      if (found === undefined || token.isCancellationRequested || model.isDisposed()) return { suggestions: [] }
      const range = rangeOf(model, found.from, found.to)
      const typed = model.getValueInRange({
        ...range,
        endLineNumber: position.lineNumber,
        endColumn: position.column,
      })
      return {
        suggestions: found.items.map(({ kind, label, insert, detail }, place) => ({
          label: detail === undefined ? label : { label, description: detail },
          kind: kinds[kind],
          insertText: insert,
          // In the order of the answer, and found by what is written as well as by what is meant.
          sortText: String(place).padStart(5, '0'),
          filterText: startsAs(insert, typed) ? insert : label,
          range,
        })),
        // The answer is cut to the likeliest: with more letters it is another one.
        incomplete: found.items.length >= 300,
      }
    },
  })
}

function startsAs(insert: string, typed: string): boolean {
  return typed !== '' && insert.toLowerCase().startsWith(typed.charAt(0).toLowerCase())
}
