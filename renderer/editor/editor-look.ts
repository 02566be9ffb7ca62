import type { editor } from 'monaco-editor/editor'

/** Lines and letters as `SqlText` has them, so that nothing moves when the one takes the place of the other. */
export const look: editor.IStandaloneEditorConstructionOptions = {
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
export const plainBrackets = { enabled: false, independentColorPoolPerBracketType: false }
