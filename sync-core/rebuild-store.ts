export { type RebuildRequest, type RebuiltStore, rebuildStore } from './sqlite/rebuild-store.ts'
