import { z } from 'zod'
import { type WorkspaceSummary, workspaceSummary } from '../contract/contract.ts'
import { createJsonFile } from '../json-file.ts'

/** Workspaces opened lately, the latest first. The sample is not among them: it has a button of its own. */
export interface RecentList {
  read(): readonly WorkspaceSummary[]
  add(summary: WorkspaceSummary): Promise<void>
  forget(path: string): Promise<void>
}

const limit = 12

export function openRecentList(path: string): RecentList {
  const file = createJsonFile(path, z.array(workspaceSummary), [])
  const without = (forgotten: string) => file.read().filter((entry) => entry.path !== forgotten)
  return {
    read: () => file.read(),
    add: (summary) => file.write([summary, ...without(summary.path)].slice(0, limit)),
    forget: (forgotten) => file.write(without(forgotten)),
  }
}
