/**
 * `electron DIRECTORY …` is the work of Electron's default app, and the substitute Electron has none. This does the
 * part that development needs. It is a module because Electron holds back `ready` until a module's top level is done.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

const require = createRequire(import.meta.url)
const { preload, directory } = read(process.argv.slice(1))

if (directory === undefined) {
  process.stderr.write('Usage: electron DIRECTORY [ARGUMENT…]\n')
  app.exit(2)
} else {
  const folder = resolve(directory)
  const { main, name, productName, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  process.defaultApp = true
  app.setAppPath(folder)
  app.name = productName ?? name
  app.setVersion(version)
  for (const path of preload) require(path)
  await import(pathToFileURL(join(folder, main)).href)
}

/** The first argument that is no switch is the directory; `-r FILE` before it is loaded first, as test drivers want it. */
function read(args) {
  const preload = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (arg === '-r' || arg === '--require') preload.push(args[++i])
    else if (!arg.startsWith('-')) return { preload, directory: arg }
  }
  return { preload, directory: undefined }
}
