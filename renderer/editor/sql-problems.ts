import { editor, type IRange, languages, MarkerSeverity } from 'monaco-editor/editor'
import type { SqlDiagnostic } from '../../sync-core/domain/sql-problem.ts'
import { sqlLanguage } from './sql-language.ts'
import { rangeOf } from './sql-placeholders.ts'

/** Something wrong in the text, and what can be done about it here. */
export interface EditorProblem extends SqlDiagnostic {
  readonly actions?: readonly ProblemAction[] | undefined
}

export interface ProblemAction {
  readonly label: string
  run(): void
}

const owner = 'rejot'
const cureCommand = 'rejot.cure'
/** More sentences than that beside the text are read by nobody; the marks and the list of problems have them all. */
const mostSentences = 20
/** With less room than that a sentence would be its first word. */
const leastRoomPx = 72

/** The problems of each text, at their places as the text is now. */
const shown = new WeakMap<editor.ITextModel, () => readonly PlacedProblem[]>()

interface PlacedProblem {
  readonly problem: EditorProblem
  readonly range: IRange
}

/** Quick fixes: the actions of the problems under the cursor, by the keys and menus that Monaco has for them. */
export function registerSqlFixes(): void {
  editor.registerCommand(cureCommand, (_, action: ProblemAction) => action.run())
  languages.registerCodeActionProvider(sqlLanguage, {
    provideCodeActions(model, range) {
      const here = (shown.get(model)?.() ?? []).filter((one) => touches(one.range, range))
      const actions = here.flatMap(({ problem, range: place }) =>
        (problem.actions ?? []).map((action, index) => ({
          title: action.label,
          kind: 'quickfix',
          isPreferred: index === 0,
          diagnostics: [markerOf(problem, place)],
          command: { id: cureCommand, title: action.label, arguments: [action] },
        })),
      )
      return { actions, dispose: () => undefined }
    },
  })
}

/** Underlines what is wrong and says it behind the line, with what can be done. Places move with the text. */
export interface SqlProblems {
  show(problems: readonly EditorProblem[]): void
  dispose(): void
}

export function createSqlProblems(view: editor.IStandaloneCodeEditor, model: editor.ITextModel): SqlProblems {
  const marks = view.createDecorationsCollection()
  let problems: readonly EditorProblem[] = []
  let sentences: readonly Sentence[] = []

  const placed = (): readonly PlacedProblem[] =>
    problems.flatMap((problem, place) => {
      const range = marks.getRange(place)
      return range === null ? [] : [{ problem, range }]
    })
  shown.set(model, placed)

  const clear = (): void => {
    for (const sentence of sentences) view.removeContentWidget(sentence)
    sentences = []
  }
  const moved = model.onDidChangeContent(() => {
    const ranges = marks.getRanges()
    for (const sentence of sentences) {
      const range = ranges[sentence.place]
      if (range !== undefined) sentence.line = range.endLineNumber
      view.layoutContentWidget(sentence)
    }
  })
  return {
    show(next) {
      clear()
      problems = next
      marks.set(
        next.map(({ severity, from, to }) => ({
          range: rangeOf(model, from, to),
          options: { inlineClassName: `sql-problem-${severity}`, stickiness: 1 },
        })),
      )
      const now = placed()
      editor.setModelMarkers(
        model,
        owner,
        now.map(({ problem, range }) => markerOf(problem, range)),
      )
      sentences = worstOfEachLine(now).map((one) => createSentence(view, one, problems.indexOf(one.problem)))
      for (const sentence of sentences) view.addContentWidget(sentence)
    },
    dispose() {
      clear()
      moved.dispose()
      if (shown.get(model) === placed) shown.delete(model)
      if (!model.isDisposed()) editor.setModelMarkers(model, owner, [])
    },
  }
}

interface Sentence extends editor.IContentWidget {
  /** Of its problem in the list. */
  readonly place: number
  line: number
}

/** One sentence a line: the first error, else the first warning. */
function worstOfEachLine(placed: readonly PlacedProblem[]): readonly PlacedProblem[] {
  const byLine = new Map<number, PlacedProblem>()
  for (const one of placed) {
    const other = byLine.get(one.range.endLineNumber)
    if (other === undefined || (other.problem.severity === 'warning' && one.problem.severity === 'error'))
      byLine.set(one.range.endLineNumber, one)
  }
  return [...byLine.values()].slice(0, mostSentences)
}

let made = 0

function createSentence(
  view: editor.IStandaloneCodeEditor,
  { problem, range }: PlacedProblem,
  place: number,
): Sentence {
  const id = `rejot.sentence.${made++}`
  const { node, words } = drawSentence(problem)
  const sentence: Sentence = {
    place,
    line: range.endLineNumber,
    getId: () => id,
    getDomNode: () => node,
    getPosition: () => {
      const model = view.getModel()
      if (model === null || sentence.line > model.getLineCount()) return null
      const column = model.getLineMaxColumn(sentence.line)
      return { position: { lineNumber: sentence.line, column }, preference: [0] }
    },
    // What does not fit beside the line ends in three dots, or is left out; the whole of it is over the marked words.
    afterRender: () => {
      const edge = view.getDomNode()?.getBoundingClientRect().right ?? 0
      const room = edge - words.getBoundingClientRect().left - actionsWidth(node) - 16
      words.style.maxWidth = `${room < leastRoomPx ? 0 : room}px`
    },
  }
  return sentence
}

function drawSentence(problem: EditorProblem): { node: HTMLElement; words: HTMLElement } {
  // The outer one is Monaco's to place, and its style is Monaco's.
  const place = document.createElement('div')
  const node = place.appendChild(document.createElement('div'))
  node.className = `sql-sentence sql-sentence-${problem.severity}`
  const glyph = node.appendChild(document.createElement('span'))
  glyph.className = 'sql-sentence-glyph'
  glyph.textContent = problem.severity === 'error' ? '■' : '▲'
  glyph.ariaHidden = 'true'
  const words = node.appendChild(document.createElement('span'))
  words.className = 'sql-sentence-words'
  words.textContent = problem.message
  words.title = wordsOf(problem)
  for (const [index, action] of (problem.actions ?? []).slice(0, 2).entries()) {
    const button = node.appendChild(document.createElement('button'))
    button.type = 'button'
    button.className = index === 0 ? 'sql-sentence-action link' : 'sql-sentence-action'
    button.textContent = action.label
    // By keyboard they are reached at the marked words, by the keys for a quick fix.
    button.tabIndex = -1
    button.addEventListener('mousedown', (event) => event.preventDefault())
    button.addEventListener('click', () => action.run())
  }
  return { node: place, words }
}

function actionsWidth(node: HTMLElement): number {
  return [...node.querySelectorAll('button')].reduce((sum, button) => sum + button.offsetWidth + 12, 0)
}

function markerOf(problem: EditorProblem, range: IRange): editor.IMarkerData {
  return {
    ...range,
    severity: problem.severity === 'error' ? MarkerSeverity.Error : MarkerSeverity.Warning,
    message: wordsOf(problem),
    ...(problem.sqlstate === undefined ? {} : { code: problem.sqlstate }),
  }
}

function wordsOf({ message, hint }: EditorProblem): string {
  return hint === undefined ? message : `${message}. ${hint}`
}

function touches(a: IRange, b: IRange): boolean {
  const starts = (one: IRange) => one.startLineNumber * 1e6 + one.startColumn
  const ends = (one: IRange) => one.endLineNumber * 1e6 + one.endColumn
  return starts(a) <= ends(b) && starts(b) <= ends(a)
}
