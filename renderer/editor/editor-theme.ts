import { editor } from 'monaco-editor/editor'

const themeName = 'rejot'

/** Monaco wants colours as numbers, once; ours are custom properties that follow the theme. So it is told again. */
export function followTheme(): void {
  const apply = (): void => {
    editor.defineTheme(themeName, currentTheme())
    editor.setTheme(themeName)
  }
  apply()
  new MutationObserver(apply).observe(document.documentElement, { attributeFilter: ['data-theme'] })
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)']) {
    matchMedia(query).addEventListener('change', apply)
  }
}

function currentTheme(): editor.IStandaloneThemeData {
  const probe = document.createElement('span')
  // Under forced colours every colour would be that of text, and what differs a black field.
  probe.style.forcedColorAdjust = 'none'
  document.body.append(probe)
  /** As the style sheet has it at this moment: six digits, and two more for how much of it. */
  const color = (role: string, alpha = ''): string => {
    probe.style.color = `var(--${role})`
    const [red = 0, green = 0, blue = 0] = (getComputedStyle(probe).color.match(/\d+/g) ?? []).map(Number)
    return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}${alpha}`
  }
  const isForced = matchMedia('(forced-colors: active)').matches
  const isDark = Number.parseInt(color('plane-0').slice(1, 3), 16) < 128
  const theme: editor.IStandaloneThemeData = {
    base: isDark ? 'vs-dark' : 'vs',
    inherit: false,
    rules: [
      { token: '', foreground: color('text-1').slice(1) },
      { token: 'keyword', foreground: color('accent').slice(1) },
      { token: 'string', foreground: color('ok').slice(1) },
      { token: 'number', foreground: color('sql-number').slice(1) },
      { token: 'placeholder', foreground: color('sql-placeholder').slice(1) },
      { token: 'comment', foreground: color('text-3').slice(1) },
    ],
    colors: {
      // The plane below shows through.
      'editor.background': color('plane-0', '00'),
      'editor.foreground': color('text-1'),
      'editorCursor.foreground': color('text-1'),
      'editor.selectionBackground': color('accent', '4d'),
      'editor.inactiveSelectionBackground': color('accent', '33'),
      'editor.wordHighlightBackground': color('accent', '26'),
      'editor.wordHighlightStrongBackground': color('accent', '26'),
      'editorBracketMatch.background': color('accent', '26'),
      'editorBracketMatch.border': color('input-border'),
      'editorUnicodeHighlight.border': color('warn'),
      'editorHoverWidget.background': color('node'),
      'editorHoverWidget.foreground': color('text-1'),
      'editorHoverWidget.border': color('line'),
      'scrollbarSlider.background': color('input-border', '80'),
      'scrollbarSlider.hoverBackground': color('input-border', 'b3'),
      'scrollbarSlider.activeBackground': color('input-border', 'cc'),
      'scrollbar.shadow': color('plane-0', '00'),
      'editorLineNumber.foreground': color('text-3'),
      'editorLineNumber.dimmedForeground': color('text-3'),
      'editorLineNumber.activeForeground': color('text-1'),
      // The line is a shade of what changed in it: on a darker ground than that, words would be too faint.
      'diffEditor.insertedLineBackground': color('diff-plus', '66'),
      'diffEditor.removedLineBackground': color('diff-minus', '66'),
      'diffEditor.insertedTextBackground': color('diff-plus'),
      'diffEditor.removedTextBackground': color('diff-minus'),
      // Without colours of our own there is a frame in place of the ground.
      'diffEditor.insertedTextBorder': color('ok', isForced ? 'ff' : '00'),
      'diffEditor.removedTextBorder': color('error', isForced ? 'ff' : '00'),
      'diffEditor.unchangedRegionBackground': color('plane-1'),
      'diffEditor.unchangedRegionForeground': color('text-2'),
      'diffEditor.unchangedCodeBackground': color('plane-0', '00'),
      'diffEditor.border': color('line'),
      focusBorder: color('accent'),
      foreground: color('text-1'),
      'editor.lineHighlightBackground': color('plane-1'),
      'editor.lineHighlightBorder': color('hairline'),
      'editor.findMatchBackground': color('warn', '66'),
      'editor.findMatchHighlightBackground': color('warn', '33'),
      'editor.findRangeHighlightBackground': color('accent', '1a'),
      'editorError.foreground': color('error'),
      'editorWarning.foreground': color('warn'),
      'editorWidget.background': color('node'),
      'editorWidget.foreground': color('text-1'),
      'editorWidget.border': color('line'),
      'widget.shadow': color('plane-0', '00'),
      'widget.border': color('line'),
      'input.background': color('plane-0'),
      'input.foreground': color('text-1'),
      'input.border': color('input-border'),
      'input.placeholderForeground': color('text-3'),
      'inputOption.activeBackground': color('accent-soft'),
      'inputOption.activeForeground': color('accent'),
      'inputOption.activeBorder': color('accent'),
      'icon.foreground': color('text-2'),
      'toolbar.hoverBackground': color('plane-2'),
      'editorSuggestWidget.background': color('node'),
      'editorSuggestWidget.border': color('line'),
      'editorSuggestWidget.foreground': color('text-1'),
      'editorSuggestWidget.highlightForeground': color('accent'),
      'editorSuggestWidget.focusHighlightForeground': color('accent'),
      'editorSuggestWidget.selectedBackground': color('accent-soft'),
      'editorSuggestWidget.selectedForeground': color('text-1'),
      'editorSuggestWidget.selectedIconForeground': color('text-2'),
      'editorMarkerNavigation.background': color('node'),
      'editorMarkerNavigationError.background': color('error'),
      'editorMarkerNavigationWarning.background': color('warn'),
      'editorActionList.background': color('node'),
      'editorActionList.foreground': color('text-1'),
      'editorActionList.focusBackground': color('accent-soft'),
      'editorActionList.focusForeground': color('text-1'),
      'menu.background': color('node'),
      'menu.foreground': color('text-1'),
      'menu.border': color('line'),
      'textLink.foreground': color('accent'),
      'textLink.activeForeground': color('accent'),
      'editorHoverWidget.statusBarBackground': color('plane-1'),
      'editorHoverWidget.highlightForeground': color('accent'),
      'list.hoverBackground': color('plane-1'),
      'list.focusBackground': color('accent-soft'),
      'list.focusForeground': color('text-1'),
      'list.highlightForeground': color('accent'),
      'quickInputList.focusBackground': color('accent-soft'),
    },
  }
  probe.remove()
  return theme
}
