import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json, absolute. */
export const projectDir = dirname(dirname(fileURLToPath(import.meta.url)))

/** What the build may throw away at any time: stamps, the substitute Electron, older Postgres. It goes with node_modules. */
export const cacheDir = join(projectDir, 'node_modules', '.cache', 'rejot')
