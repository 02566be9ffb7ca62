import type { DraftView } from '../../main/contract/connection-edit.ts'
import type { Invoke } from '../bridge/invoke.ts'
import { hasFailed, type TestState, type WizardCell } from './wizard-state.ts'

/** Keeps the form that is open on disk, within half a second of each change. */
export interface DraftKeeper {
  keepSoon(): void
  /** Resolves when what is not kept yet is on disk. */
  flush(): Promise<void>
  /** The password was changed too: the next keeping takes it along. */
  withPassword(): void
  /** Nothing of what is not kept yet will be; returns whether there was anything. */
  drop(): boolean
}

const keepAfterMs = 400

export function createDraftKeeper({ invoke, cell }: { invoke: Invoke; cell: WizardCell }): DraftKeeper {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isUnkept = false
  let isPasswordUnkept = false

  const flush = async () => {
    clearTimeout(timer)
    timer = undefined
    const state = cell.now()
    if (state === undefined || !isUnkept) return
    const { draft: id, connection, form, password, test } = state
    const takesPassword = isPasswordUnkept
    isUnkept = false
    isPasswordUnkept = false
    await invoke('connection.saveDraft', {
      id,
      form,
      ...(connection === undefined ? {} : { connection: connection.id }),
      ...(takesPassword ? { password } : {}),
      ...testedOf(test),
    })
  }
  window.addEventListener('pagehide', () => void flush())

  return {
    flush,
    keepSoon() {
      isUnkept = true
      timer ??= setTimeout(() => void flush(), keepAfterMs)
    },
    withPassword() {
      isPasswordUnkept = true
    },
    drop() {
      clearTimeout(timer)
      timer = undefined
      const wasUnkept = isUnkept
      isUnkept = false
      return wasUnkept
    },
  }
}

/** Only where nothing was changed since. */
function testedOf(test: TestState): Pick<DraftView, 'tested'> {
  if (test.state !== 'ended' || test.stale || test.cancelled) return {}
  return { tested: hasFailed(test) ? 'failed' : 'passed' }
}
