import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the sample is kept when nobody says: the platform's folder for a program's data. */
export function defaultSampleFolder(): string {
  return join(dataHome(), 'rejot-desktop', 'sample')
}

function dataHome(): string {
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support')
    case 'win32':
      return process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local')
    default:
      return process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share')
  }
}
