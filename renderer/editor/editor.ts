import 'monaco-editor/features/bracketMatching/register'
import 'monaco-editor/features/clipboard/register'
import 'monaco-editor/features/codeEditor/register'
import 'monaco-editor/features/diffEditor/register'
import 'monaco-editor/features/hover/register'
import 'monaco-editor/features/longLinesHelper/register'
import 'monaco-editor/features/unicodeHighlighter/register'
import 'monaco-editor/features/wordHighlighter/register'
import 'monaco-editor/features/wordOperations/register'
import { editor } from 'monaco-editor/editor'
import EditorWorker from 'monaco-editor/editor/editor.worker?worker'
import { sqlTokens } from '../text/sql-tokens.ts'
import { followTheme } from './editor-theme.ts'
import { registerSqlLanguage, sqlLanguage } from './sql-language.ts'
import './editor.css'

/* The part of the window that Monaco is in. Only `load-editor.ts` imports it, on demand. */

Object.assign(globalThis, { MonacoEnvironment: { getWorker: () => new EditorWorker() } })
registerSqlLanguage()
followTheme()

export interface SqlViewOptions {
  readonly sql: string
  /** Read to those who hear the window. */
  readonly label: string
  /** How high it becomes before it scrolls. */
  readonly maxHeightPx: number
}

/** Lines and letters as `SqlText` has them, so that nothing moves when the one takes the place of the other. */
const look: editor.IStandaloneEditorConstructionOptions = {
  fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace',
  fontSize: 11.5,
  lineHeight: 17,
  fontLigatures: false,
  padding: { top: 8, bottom: 8 },
  wordWrap: 'on',
  lineNumbers: 'off',
  glyphMargin: false,
  folding: false,
  lineDecorationsWidth: 10,
  lineNumbersMinChars: 0,
  minimap: { enabled: false },
  overviewRulerLanes: 0,
  hideCursorInOverviewRuler: true,
  overviewRulerBorder: false,
  guides: { indentation: false },
  renderLineHighlight: 'none',
  scrollBeyondLastLine: false,
  scrollbar: { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
  fixedOverflowWidgets: true,
  cursorBlinking: 'solid',
  // Its own themes for that are made for whole programs; ours asks the style sheet, which knows the system's colours.
  autoDetectHighContrast: false,
}

/** Colour says what a word is; how deep a bracket lies is no such thing. */
const plainBrackets = { enabled: false, independentColorPoolPerBracketType: false }

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
  view.getModel()?.updateOptions({ bracketColorizationOptions: plainBrackets })
  view.createDecorationsCollection(placeholders(sql, view))
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
  view.setModel({ original, modified })
  // The options of the pair that are called so do not reach the fields.
  view.getOriginalEditor().updateOptions({ ariaLabel: `${label}, before` })
  view.getModifiedEditor().updateOptions({ ariaLabel: `${label}, now` })
  if (maxHeightPx !== undefined) fitDiff(place, view, maxHeightPx)
  return () => {
    view.dispose()
    original.dispose()
    modified.dispose()
  }
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

/** Their dotted line, which a theme of Monaco's cannot say. */
function placeholders(sql: string, view: editor.IStandaloneCodeEditor): editor.IModelDeltaDecoration[] {
  const model = view.getModel()
  if (model === null) return []
  let offset = 0
  return sqlTokens(sql).flatMap(({ type, text }) => {
    const start = model.getPositionAt(offset)
    offset += text.length
    const end = model.getPositionAt(offset)
    if (type !== 'placeholder') return []
    const range = {
      startLineNumber: start.lineNumber,
      startColumn: start.column,
      endLineNumber: end.lineNumber,
      endColumn: end.column,
    }
    return [{ range, options: { inlineClassName: 'sql-placeholder' } }]
  })
}
