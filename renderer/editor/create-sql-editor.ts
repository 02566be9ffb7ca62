import { editor, KeyCode, KeyMod } from 'monaco-editor/editor'
import { changedLines } from './changed-lines.ts'
import { look, plainBrackets } from './editor-look.ts'
import { type Complete, completeWith } from './sql-completion.ts'
import { sqlLanguage } from './sql-language.ts'
import { placeholderDecorations } from './sql-placeholders.ts'
import { createSqlProblems, type EditorProblem } from './sql-problems.ts'

export interface SqlEditorOptions {
  /** Texts of the same id keep their undo, cursor and scroll while the window lives. */
  readonly id: string
  readonly sql: string
  /** Read to those who hear the window. */
  readonly label: string
  onChange(sql: string): void
  /** Ctrl Enter. */
  onRun(): void
  /** Shift Alt F. */
  onFormat(): void
  /** Where it stands from the beginning, and each time it moves. */
  onCursor(cursor: Cursor): void
  complete: Complete
}

/** 1-based, as editors show it. */
export interface Cursor {
  readonly line: number
  readonly column: number
}

export interface SqlEditorView {
  /** Puts in another text as one step that can be undone; not told to `onChange`. */
  setSql(sql: string): void
  setProblems(problems: readonly EditorProblem[]): void
  /** Marks the lines that another text does not have. */
  setBase(base: string | undefined): void
  /** Puts the cursor there, 0-based UTF-16 unit, and takes the focus; without one, where the cursor was. */
  focus(offset?: number): void
  /** Puts lines and spaces in order, as one step that can be undone; `false` where the text has to stay as it is. */
  format(): Promise<boolean>
  dispose(): void
}

interface KeptText {
  readonly model: editor.ITextModel
  place: editor.ICodeEditorViewState | null
  /** Editors that show it now. */
  users: number
}

/** Texts that were edited lately, the oldest first. */
const kept = new Map<string, KeptText>()
const mostKept = 40

/** SQL to be written, in all of `place`. */
export function createSqlEditor(place: HTMLElement, options: SqlEditorOptions): SqlEditorView {
  const text = textOf(options.id, options.sql)
  const { model } = text
  const view = editor.create(place, {
    ...look,
    ...writing,
    model,
    ariaLabel: options.label,
  })
  // The editor has just given it the options of its own.
  model.updateOptions({ bracketColorizationOptions: plainBrackets, tabSize: 2, insertSpaces: true })
  if (text.place !== null) view.restoreViewState(text.place)
  const problems = createSqlProblems(view, model)
  const placeholders = view.createDecorationsCollection(placeholderDecorations(model))
  const bars = view.createDecorationsCollection()
  let base: string | undefined
  let fromOutside = false

  const markChanges = (): void => {
    const spans = base === undefined ? [] : changedLines(base, model.getValue())
    bars.set(
      spans.map(({ from, to }) => ({
        range: { startLineNumber: from, startColumn: 1, endLineNumber: to, endColumn: 1 },
        options: { marginClassName: 'sql-changed-line', isWholeLine: true },
      })),
    )
  }
  /** Only where it is otherwise: setting it takes away what is being typed. */
  const keepTab = (): void => {
    if (view.getOption(editor.EditorOption.tabFocusMode)) view.updateOptions({ tabFocusMode: false })
  }
  const changed = model.onDidChangeContent(() => {
    placeholders.set(placeholderDecorations(model))
    markChanges()
    keepTab()
    if (!fromOutside) options.onChange(model.getValue())
  })
  const tellCursor = (): void => {
    const place = view.getPosition()
    if (place !== null) options.onCursor({ line: place.lineNumber, column: place.column })
  }
  tellCursor()
  view.onDidChangeCursorPosition(tellCursor)
  view.onDidBlurEditorText(keepTab)
  view.addAction({
    id: 'rejot.run',
    label: 'Run',
    keybindings: [KeyMod.CtrlCmd | KeyCode.Enter],
    run: () => options.onRun(),
  })
  view.addAction({
    id: 'rejot.format',
    label: 'Format SQL',
    keybindings: [KeyMod.Shift | KeyMod.Alt | KeyCode.KeyF],
    run: () => options.onFormat(),
  })
  view.addAction({
    id: 'rejot.leave',
    label: 'Let Tab leave the editor',
    keybindings: [KeyCode.Escape],
    precondition: nothingIsOpen,
    run: () => view.updateOptions({ tabFocusMode: true }),
  })
  completeWith(model, (sql, offset) => options.complete(sql, offset))
  const passKeysOn = (event: KeyboardEvent) => passOn(event)
  place.addEventListener('keydown', passKeysOn, true)

  return {
    setSql(sql) {
      if (sameText(sql, model)) return
      fromOutside = true
      model.pushStackElement()
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text: sql }], () => null)
      model.pushStackElement()
      fromOutside = false
    },
    setProblems: problems.show,
    setBase(next) {
      base = next?.replaceAll('\r\n', '\n')
      markChanges()
    },
    focus(offset) {
      if (offset !== undefined) {
        const position = model.getPositionAt(offset)
        view.setPosition(position)
        view.revealPositionInCenterIfOutsideViewport(position)
      }
      view.focus()
    },
    async format() {
      // Comes with the first wish for it: most texts are never formatted.
      const { formatSql, offsetOfSame } = await import('../text/format-sql.ts')
      const [sql, place] = [model.getValue(), view.getPosition()]
      const formatted = formatSql(sql)
      if (formatted === undefined) return false
      if (formatted === sql || place === null) return true
      const offset = offsetOfSame(sql, model.getOffsetAt(place), formatted)
      view.pushUndoStop()
      view.executeEdits('rejot.format', [{ range: model.getFullModelRange(), text: formatted }])
      view.pushUndoStop()
      view.setPosition(model.getPositionAt(offset))
      view.revealPositionInCenterIfOutsideViewport(model.getPositionAt(offset))
      return true
    },
    dispose() {
      text.place = view.saveViewState()
      text.users -= 1
      place.removeEventListener('keydown', passKeysOn, true)
      changed.dispose()
      problems.dispose()
      if (text.users === 0) completeWith(model, undefined)
      view.dispose()
      forgetOldest()
    },
  }
}

const writing: editor.IStandaloneEditorConstructionOptions = {
  fontSize: 13,
  lineHeight: 20,
  lineNumbers: 'on',
  lineNumbersMinChars: 6,
  lineDecorationsWidth: 16,
  renderLineHighlight: 'all',
  renderLineHighlightOnlyWhenFocus: true,
  wordWrap: 'off',
  tabSize: 2,
  insertSpaces: true,
  detectIndentation: false,
  automaticLayout: true,
  cursorBlinking: 'blink',
  wordBasedSuggestions: 'off',
  quickSuggestions: { other: true, comments: false, strings: false },
  quickSuggestionsDelay: 50,
  acceptSuggestionOnEnter: 'smart',
  acceptSuggestionOnCommitCharacter: false,
  suggestLineHeight: 24,
  suggestFontSize: 12,
  suggest: { showStatusBar: false, localityBonus: false, shareSuggestSelections: true },
  suggestSelection: 'first',
  lightbulb: { enabled: editor.ShowLightbulbIconMode.Off },
  hover: { delay: 300 },
  find: { addExtraSpaceOnTop: false, seedSearchStringFromSelection: 'selection' },
  stickyScroll: { enabled: false },
  padding: { top: 8, bottom: 8 },
}

/** Escape closes what is open; only when nothing is, it makes the next Tab leave. */
const nothingIsOpen = [
  'suggestWidgetVisible',
  'findWidgetVisible',
  'markersNavigationVisible',
  'codeActionMenuVisible',
  'inSnippetMode',
  'editorHoverVisible',
  'editorHasSelection',
  'editorHasMultipleSelections',
]
  .map((open) => `!${open}`)
  .join(' && ')

/** Keys that mean something else to the whole window than to Monaco. */
const windowKeys = new Set(['k', 'i'])

/** Lets the window have them first, as if they had been pressed beside the editor. */
function passOn(event: KeyboardEvent): void {
  const { key, ctrlKey, metaKey, shiftKey, altKey, code } = event
  if (!(ctrlKey || metaKey) || shiftKey || altKey || !windowKeys.has(key.toLowerCase())) return
  event.stopPropagation()
  const copy = new KeyboardEvent('keydown', { key, code, ctrlKey, metaKey, cancelable: true })
  if (!window.dispatchEvent(copy)) event.preventDefault()
}

function textOf(id: string, sql: string): KeptText {
  const known = kept.get(id)
  if (known !== undefined) {
    kept.delete(id)
    kept.set(id, known)
    known.users += 1
    // It was changed elsewhere meanwhile: by another window, by an undo of the whole draft.
    if (!sameText(sql, known.model)) known.model.setValue(sql)
    return known
  }
  const model = editor.createModel(sql, sqlLanguage)
  model.setEOL(0)
  const text = { model, place: null, users: 1 }
  kept.set(id, text)
  return text
}

function forgetOldest(): void {
  for (const [id, { model, users }] of kept) {
    if (kept.size <= mostKept) return
    if (users > 0) continue
    kept.delete(id)
    model.dispose()
  }
}

function sameText(sql: string, model: editor.ITextModel): boolean {
  return sql.replaceAll('\r\n', '\n') === model.getValue()
}
