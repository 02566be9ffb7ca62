import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { build, type Rolldown } from 'vite'
import { projectDir } from './project.mjs'

export const rendererPage = 'renderer/index.html'

/** What may have to load before the window is usable. Monaco comes later and does not count. */
export const initialBudgetKiB = 350

/**
 * Builds `renderer/dist`: hashed files under `/assets/`, no script and no font inside another file, since the page's
 * content security policy would refuse them. Returns the gzipped size of the JavaScript that the page needs to start,
 * in KiB; throws with the bundler's words.
 */
export async function buildRenderer(): Promise<{ readonly initialKiB: number }> {
  const root = join(projectDir, 'renderer')
  const result = await build({
    root,
    base: '/',
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [react()],
    worker: { format: 'es' },
    build: {
      outDir: join(root, 'dist'),
      emptyOutDir: true,
      // The Chromium of the oldest Electron that we start.
      target: 'chrome146',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      license: { fileName: 'licenses.md' },
      chunkSizeWarningLimit: 8192,
      reportCompressedSize: false,
    },
  })
  if (Array.isArray(result) || !('output' in result)) throw new Error('Cannot build the window: no single output')
  return { initialKiB: Math.round(initialBytes(result.output) / 1024) }
}

/** The entry and all that it imports at once; what it imports on demand is not waited for. */
function initialBytes(output: readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[]): number {
  const chunks = new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])))
  const initial = new Set<string>()
  const visit = (fileName: string): void => {
    const chunk = chunks.get(fileName)
    if (chunk === undefined || initial.has(fileName)) return
    initial.add(fileName)
    for (const imported of chunk.imports) visit(imported)
  }
  for (const chunk of chunks.values()) if (chunk.isEntry) visit(chunk.fileName)
  return [...initial].reduce((sum, fileName) => sum + gzipSync(chunks.get(fileName)?.code ?? '').length, 0)
}
