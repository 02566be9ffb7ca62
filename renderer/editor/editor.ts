import './features.ts'
import { editor } from 'monaco-editor/editor'
import EditorWorker from 'monaco-editor/editor/editor.worker?worker'
import { look, plainBrackets } from './editor-look.ts'
import { followTheme } from './editor-theme.ts'
import { registerSqlCompletion } from './sql-completion.ts'
import { registerSqlLanguage, sqlLanguage } from './sql-language.ts'
import { placeholderDecorations } from './sql-placeholders.ts'
import { registerSqlFixes } from './sql-problems.ts'
import './editor.css'

/* The part of the window that Monaco is in. Only `load-editor.ts` imports it, on demand. */

Object.assign(globalThis, { MonacoEnvironment: { getWorker: () => new EditorWorker() } })
registerSqlLanguage()
registerSqlCompletion()
registerSqlFixes()
followTheme()

export { createSqlEditor } from './create-sql-editor.ts'

export interface SqlViewOptions {
  readonly sql: string
  /** Read to those who hear the window. */
  readonly label: string
  /** How high it becomes before it scrolls. */
  readonly maxHeightPx: number
}

/** Shows SQL to be read and copied, as high as it is. Returns how to take it away again. */
export function createSqlView(place: HTMLElement, { sql, label, maxHeightPx }: SqlViewOptions): () => void {
  const view = editor.create(place, {
    ...look,
    value: sql,
    language: sqlLanguage,
    ariaLabel: label,
    readOnly: true,
    domReadOnly: true,
    // Tab goes on to the next control: there is nothing to indent.
    tabFocusMode: true,
    automaticLayout: true,
  })
  const text = view.getModel()
  text?.updateOptions({ bracketColorizationOptions: plainBrackets })
  if (text !== null) view.createDecorationsCollection(placeholderDecorations(text))
  const fit = (): void => {
    place.style.height = `${Math.min(view.getContentHeight(), maxHeightPx)}px`
    view.layout()
  }
  view.onDidContentSizeChange(fit)
  fit()
  return () => {
    const model = view.getModel()
    view.dispose()
    model?.dispose()
  }
}

export interface DiffViewOptions {
  readonly before: string
  readonly after: string
  readonly language: 'sql' | 'text'
  readonly label: string
  /** As high as what differs, and no higher than this; `undefined`: as high as its place. */
  readonly maxHeightPx: number | undefined
}

/** Shows what differs between two texts, to be read and copied. Returns how to take it away again. */
export function createDiffView(
  place: HTMLElement,
  { before, after, language, label, maxHeightPx }: DiffViewOptions,
): () => void {
  const id = language === 'sql' ? sqlLanguage : 'plaintext'
  const original = editor.createModel(before, id)
  const modified = editor.createModel(after, id)
  const view = editor.createDiffEditor(place, {
    ...look,
    lineNumbers: 'on',
    lineNumbersMinChars: 3,
    readOnly: true,
    domReadOnly: true,
    originalEditable: false,
    automaticLayout: true,
    renderOverviewRuler: false,
    // Beside one another where there is room for two.
    useInlineViewWhenSpaceIsLimited: true,
    renderSideBySideInlineBreakpoint: 700,
    hideUnchangedRegions: { enabled: true, contextLineCount: 4, minimumLineCount: 6 },
    renderMarginRevertIcon: false,
    renderGutterMenu: false,
    ignoreTrimWhitespace: false,
  })
  makeHoversOfAll()
  view.setModel({ original, modified })
  // The first editor of all gives the texts that are there its own way with brackets.
  for (const model of [original, modified]) model.updateOptions({ bracketColorizationOptions: plainBrackets })
  keepName(view.getOriginalEditor(), `${label}, before`)
  keepName(view.getModifiedEditor(), `${label}, now`)
  if (maxHeightPx !== undefined) fitDiff(place, view, maxHeightPx)
  return () => {
    view.dispose()
    original.dispose()
    modified.dispose()
  }
}

/** The pair takes the names of its fields away at each change between beside one another and below. */
function keepName(side: editor.ICodeEditor, ariaLabel: string): void {
  const name = (): void => {
    if (side.getOption(editor.EditorOption.ariaLabel) !== ariaLabel) side.updateOptions({ ariaLabel })
  }
  side.onDidChangeConfiguration(name)
  name()
}

/**
 * Whichever editor was made last makes the hovers of all of them, suggestions too; one of a pair is gone with its pair, and
 * every suggestion after that throws. One that stands alone leaves behind what stays.
 */
function makeHoversOfAll(): void {
  editor.create(document.createElement('div')).dispose()
}

/** The first editor takes several times as long as any later one: it makes what they share. So one is made that nobody sees. */
export function warmUp(): void {
  const view = editor.create(document.createElement('div'), { ...look, value: 'select 1', language: sqlLanguage })
  const model = view.getModel()
  view.dispose()
  model?.dispose()
}

/** Lines that are hidden because nothing differs there make it lower, once that is computed. */
function fitDiff(place: HTMLElement, view: editor.IStandaloneDiffEditor, maxHeightPx: number): void {
  const sides = [view.getOriginalEditor(), view.getModifiedEditor()]
  const fit = (): void => {
    const height = Math.max(...sides.map((side) => side.getContentHeight()))
    place.style.height = `${Math.min(height, maxHeightPx)}px`
  }
  for (const side of sides) side.onDidContentSizeChange(fit)
  view.onDidUpdateDiff(fit)
  fit()
}
