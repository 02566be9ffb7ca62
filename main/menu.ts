import { Menu, type MenuItemConstructorOptions } from 'electron'
import { type Command, type CommandId, commands } from './contract/commands.ts'

/**
 * The system's menu. Visible on macOS; on Linux and Windows, where the window has no frame, it still gives the keys.
 * `app.quit` is main's own: it must work when there is no window.
 */
export function setMenu(deps: { run(id: CommandId): void; quit(): void; readonly developerTools: boolean }): void {
  const items = (menu: Command['menu']): MenuItemConstructorOptions[] =>
    commands
      .filter((command) => command.menu === menu)
      .map((command) => ({
        id: command.id,
        label: command.title,
        ...('accelerator' in command ? { accelerator: command.accelerator } : {}),
        click: () => deps.run(command.id),
      }))
  const quit: MenuItemConstructorOptions = {
    id: 'app.quit',
    label: 'Quit ReJot',
    accelerator: 'CmdOrCtrl+Q',
    click: () => deps.quit(),
  }
  const mac = process.platform === 'darwin'
  const developer: MenuItemConstructorOptions[] = deps.developerTools
    ? [{ type: 'separator' }, { role: 'toggleDevTools' }]
    : []

  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [appMenu(quit)] : []),
    { label: 'File', submenu: [...items('file'), ...(mac ? [] : [{ type: 'separator' } as const, quit])] },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...items('view'),
        { type: 'separator' },
        { label: 'Theme', submenu: items('theme') },
        { role: 'togglefullscreen' },
        ...developer,
      ],
    },
    { label: 'Sync', submenu: items('engine') },
    { role: 'windowMenu' },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

function appMenu(quit: MenuItemConstructorOptions): MenuItemConstructorOptions {
  return {
    label: 'ReJot',
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      { role: 'services' },
      { role: 'hide' },
      { role: 'hideOthers' },
      quit,
    ],
  }
}
