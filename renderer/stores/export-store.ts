import { toast } from 'sonner'
import { createStore } from 'zustand/vanilla'
import type { FailureView } from '../../main/contract/contract.ts'
import type { ExportPlanView } from '../../main/contract/export.ts'
import type { Invoke } from '../bridge/invoke.ts'
import { formatPlural } from '../text/format-number.ts'

export interface ExportState {
  /** What would be written, until it is or the person leaves it. */
  readonly plan: ExportPlanView | undefined
  readonly failure: FailureView | undefined
  readonly busy: boolean
}

export interface ExportStore {
  readonly store: ReturnType<typeof createExportState>
  /** Asks for a folder; what would be written there is in the state then. */
  choose(): Promise<void>
  write(): Promise<void>
  copyManifest(): Promise<void>
  close(): void
}

const closed: ExportState = { plan: undefined, failure: undefined, busy: false }
const createExportState = () => createStore<ExportState>(() => closed)

export function createExportStore(invoke: Invoke): ExportStore {
  const store = createExportState()
  return {
    store,
    async choose() {
      const result = await invoke('export.choose', undefined)
      if (!result.ok) store.setState({ ...closed, failure: result.failure })
      else store.setState({ ...closed, plan: result.value.plan })
    },
    async write() {
      const { plan } = store.getState()
      if (plan === undefined) return
      store.setState({ busy: true, failure: undefined })
      const result = await invoke('export.write', undefined)
      if (!result.ok) return store.setState({ ...closed, failure: result.failure })
      store.setState(closed)
      const written = plan.files.filter(({ state }) => state !== 'same').length
      toast(`Exported ${formatPlural(written, 'file')} to ${plan.folder}`)
    },
    async copyManifest() {
      const result = await invoke('export.copyManifest', undefined)
      if (!result.ok) return store.setState({ ...closed, failure: result.failure })
      const [note] = result.value.notes
      toast(note === undefined ? 'Copied the manifest, its passwords left out' : `Copied the manifest. ${note}`)
    },
    close: () => store.setState(closed),
  }
}
