/**
 * Commands that the system's menu and the window's palette share, each once: id, title and keys. The window runs them;
 * main only says which one was chosen (`command.run`).
 */
export interface Command {
  readonly id: string
  readonly title: string
  /** In Electron's notation; `CmdOrCtrl` is ⌘ on macOS. */
  readonly accelerator?: string
  readonly menu: 'file' | 'view' | 'engine' | 'theme'
}

export const commands = [
  { id: 'workspace.open', title: 'Open a Folder or Repository…', accelerator: 'CmdOrCtrl+O', menu: 'file' },
  { id: 'workspace.openFile', title: 'Open a Manifest File…', accelerator: 'CmdOrCtrl+Shift+O', menu: 'file' },
  { id: 'workspace.create', title: 'New Workspace…', accelerator: 'CmdOrCtrl+N', menu: 'file' },
  { id: 'workspace.openSample', title: 'Open the Sample Workspace', menu: 'file' },
  { id: 'workspace.close', title: 'Close Workspace', menu: 'file' },
  { id: 'palette.open', title: 'Command Palette…', accelerator: 'CmdOrCtrl+K', menu: 'view' },
  { id: 'view.overview', title: 'Overview', accelerator: 'CmdOrCtrl+1', menu: 'view' },
  { id: 'view.catalogue', title: 'Catalogue', accelerator: 'CmdOrCtrl+2', menu: 'view' },
  { id: 'view.connections', title: 'Connections', accelerator: 'CmdOrCtrl+3', menu: 'view' },
  { id: 'view.events', title: 'Events', accelerator: 'CmdOrCtrl+4', menu: 'view' },
  { id: 'view.changes', title: 'Changes', accelerator: 'CmdOrCtrl+5', menu: 'view' },
  { id: 'theme.system', title: 'Theme of the System', menu: 'theme' },
  { id: 'theme.light', title: 'Light Theme', menu: 'theme' },
  { id: 'theme.dark', title: 'Dark Theme', menu: 'theme' },
  { id: 'engine.start', title: 'Start Sync', accelerator: 'CmdOrCtrl+Return', menu: 'engine' },
  { id: 'engine.stop', title: 'Stop Sync', accelerator: 'CmdOrCtrl+Shift+Return', menu: 'engine' },
] as const satisfies readonly Command[]
export type CommandId = (typeof commands)[number]['id']
