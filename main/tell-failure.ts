import { dialog } from 'electron'
import type { Log } from '../sync-core/domain/log.ts'
import { expectedFailure } from './ipc/refusal.ts'

/** For what was asked for outside of the window, by an argument of the program: there is no button to say it beside. */
export function tellFailure(error: unknown, log: Log): void {
  const failure = expectedFailure(error)
  log.error('Cannot open what was asked for at the start', error)
  void dialog.showMessageBox({
    type: 'warning',
    message: failure?.message ?? 'The workspace could not be opened.',
    detail: failure?.solution ?? 'The log file says where it failed.',
  })
}
