import { type BrowserWindow, dialog, type OpenDialogOptions } from 'electron'

type Kind = 'folder' | 'file' | 'new-folder' | 'certificate' | 'export'

/** Asks with the system's dialog, over the window if there is one. Returns `undefined` when the person cancelled. */
export async function askForPath(kind: Kind, window: BrowserWindow | undefined): Promise<string | undefined> {
  const options = dialogs[kind]
  const { canceled, filePaths } =
    window === undefined ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options)
  return canceled ? undefined : filePaths[0]
}

const dialogs: Readonly<Record<Kind, OpenDialogOptions>> = {
  folder: { title: 'Open a folder or repository', buttonLabel: 'Open', properties: ['openDirectory'] },
  file: {
    title: 'Open a manifest file',
    buttonLabel: 'Open',
    properties: ['openFile'],
    filters: [{ name: 'ReJot manifest', extensions: ['json'] }],
  },
  certificate: {
    title: 'Choose a certificate or key',
    buttonLabel: 'Choose',
    properties: ['openFile', 'showHiddenFiles'],
    filters: [
      { name: 'PEM', extensions: ['pem', 'crt', 'cer', 'key'] },
      { name: 'All files', extensions: ['*'] },
    ],
  },
  export: {
    title: 'Choose a folder for the contracts',
    buttonLabel: 'Export here',
    properties: ['openDirectory', 'createDirectory', 'promptToCreate'],
  },
  'new-folder': {
    title: 'Choose a folder for the new workspace',
    buttonLabel: 'Make workspace here',
    properties: ['openDirectory', 'createDirectory', 'promptToCreate'],
  },
}
