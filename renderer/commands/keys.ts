/**
 * A key combination as Electron writes it: `CmdOrCtrl+Shift+O`. `CmdOrCtrl` is ⌘ on macOS and Ctrl elsewhere, `Ctrl` is
 * Ctrl everywhere. One notation for the system's menu, the window's own handling and what tooltips say.
 */
export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/** Whether a key press is this combination. A mark such as `?` needs Shift on some keyboards, so Shift is free there. */
export function isPressed(accelerator: string, press: KeyPress, platform: string): boolean {
  const { key, commandOrControl, control, shift, alt } = parse(accelerator)
  const mac = platform === 'darwin'
  if (press.metaKey !== (mac && commandOrControl) || press.altKey !== alt) return false
  if (press.ctrlKey !== (control || (!mac && commandOrControl))) return false
  const isMark = key.length === 1 && !/[a-z0-9]/.test(key)
  if (!isMark && press.shiftKey !== shift) return false
  return press.key.toLowerCase() === key
}

/** As a person reads it: `Ctrl K`, `⌘K`, `Ctrl Shift O`. */
export function describeKeys(accelerator: string, platform: string): string {
  const { key, commandOrControl, control, shift, alt } = parse(accelerator)
  const mac = platform === 'darwin'
  const name = names[key] ?? (key.length === 1 ? key.toUpperCase() : `${key[0]?.toUpperCase()}${key.slice(1)}`)
  const modifiers = [
    ...(control ? [mac ? '⌃' : 'Ctrl'] : []),
    ...(alt ? [mac ? '⌥' : 'Alt'] : []),
    ...(shift ? [mac ? '⇧' : 'Shift'] : []),
    ...(commandOrControl ? [mac ? '⌘' : 'Ctrl'] : []),
  ]
  return mac ? [...modifiers, name].join('') : [...sortedForPc(modifiers), name].join(' ')
}

/** Whether the combination is a bare character, which belongs to the field that is being typed in. */
export function isBare(accelerator: string): boolean {
  const { commandOrControl, control, alt } = parse(accelerator)
  return !commandOrControl && !control && !alt
}

const names: Readonly<Record<string, string>> = {
  enter: '↵',
  escape: 'Esc',
  ' ': 'Space',
  arrowup: '↑',
  arrowdown: '↓',
}

function parse(accelerator: string) {
  const pieces = accelerator.split('+')
  const last = pieces.at(-1) === '' ? '+' : (pieces.at(-1) ?? '')
  const key = last.toLowerCase()
  return {
    key: key === 'return' ? 'enter' : key === 'plus' ? '+' : key,
    commandOrControl: pieces.includes('CmdOrCtrl'),
    control: pieces.includes('Ctrl'),
    shift: pieces.includes('Shift'),
    alt: pieces.includes('Alt'),
  }
}

function sortedForPc(modifiers: readonly string[]): string[] {
  return ['Ctrl', 'Shift', 'Alt'].filter((modifier) => modifiers.includes(modifier))
}
