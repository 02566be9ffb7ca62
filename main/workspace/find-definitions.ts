import { readdir } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { readManifestFile } from '../../sync-core/manifest/read-manifest-file.ts'

const skipped = new Set(['node_modules', 'dist', 'build', 'coverage'])
const programs = ['.ts', '.mts', '.js', '.mjs']
const mostFiles = 2_000
const mostFolders = 500
const mostBytes = 1024 * 1024

/**
 * Files below a manifest's folder that look like definitions by their text, sorted: SQL with our header, programs that
 * make schemas. Links to folders are not followed; folders with a manifest of their own are that one's. Absolute paths.
 */
export async function findDefinitions(manifestPath: string): Promise<readonly string[]> {
  const found: string[] = []
  const folders = [dirname(manifestPath)]
  let seen = 0
  for (let place = 0; place < Math.min(folders.length, mostFolders) && seen < mostFiles; place++) {
    const folder = folders[place] ?? ''
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    const isOthers = place > 0 && entries.some(({ name }) => name === 'rejot-manifest.json')
    for (const entry of isOthers ? [] : entries) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && !entry.name.startsWith('.') && !skipped.has(entry.name)) folders.push(path)
      if (!entry.isFile() || !mayDefine(entry.name)) continue
      seen += 1
      if (await defines(path)) found.push(path)
    }
  }
  return found.toSorted()
}

function mayDefine(name: string): boolean {
  if (/\.(test|spec|d)\.[cm]?[jt]s$/.test(name)) return false
  return extname(name) === '.sql' || programs.includes(extname(name))
}

async function defines(path: string): Promise<boolean> {
  const content = await readManifestFile(path).catch(() => undefined)
  if (content === undefined || content.length > mostBytes) return false
  const text = new TextDecoder().decode(content)
  return extname(path) === '.sql'
    ? /^\s*--\s*rejot:\s*(public|consumer) schema\b/m.test(text)
    : /\bcreate(Public|Consumer)Schema\s*\(/.test(text) && /@rejot-dev\/contract/.test(text)
}
