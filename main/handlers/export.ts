import type { AppStateBook } from '../app-state.ts'
import { type PlannedExport, planExport, writeExport } from '../export/export-to-folder.ts'
import { readExport, readManifest } from '../export/read-export.ts'
import type { Handlers } from '../ipc/answer.ts'
import { Refusal } from '../ipc/refusal.ts'

export interface ExportHandlerDeps {
  readonly state: AppStateBook
  /** Asks the person; `undefined` when cancelled. */
  chooseFolder(): Promise<string | undefined>
  writeClipboard(text: string): void
}

export function exportHandlers(deps: ExportHandlerDeps): Pick<Handlers, Extract<keyof Handlers, `export.${string}`>> {
  /** What the person was shown last, and nothing else, can be written. */
  let planned: PlannedExport | undefined
  const workspace = () => {
    const { workspace } = deps.state.read()
    if (workspace === undefined) throw new Refusal({ message: 'Cannot export: no workspace is open' })
    return workspace
  }
  return {
    'export.choose': async () => {
      planned = undefined
      const { summary, manifests } = workspace()
      const paths = [...new Set([summary.path, ...manifests.map(({ path }) => path)])]
      const exported = await readExport(paths)
      const folder = await deps.chooseFolder()
      if (folder === undefined) return {}
      planned = await planExport(exported, folder, paths)
      const files = planned.files.map(({ path, state }) => ({ path, state }))
      return { plan: { folder, files, notes: planned.notes } }
    },
    'export.write': async () => {
      if (planned === undefined) throw new Refusal({ message: 'Cannot export: choose a folder first' })
      const now = planned
      planned = undefined
      await writeExport(now)
    },
    'export.copyManifest': async () => {
      const { text, notes } = await readManifest(workspace().summary.path)
      deps.writeClipboard(text)
      return { notes }
    },
  }
}
