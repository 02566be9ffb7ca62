import { type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron'
import type { Answer } from './answer.ts'
import { invokeChannel } from './channels.ts'
import type { Sender } from './sender.ts'

/** Answers the one channel that the window may ask on. `page` is the window's own, `undefined` while there is none. */
export function serveIpc(answer: Answer, page: () => WebContents | undefined): void {
  ipcMain.handle(invokeChannel, (event, verb: unknown, input: unknown) => answer(senderOf(event, page()), verb, input))
}

function senderOf(event: IpcMainInvokeEvent, page: WebContents | undefined): Sender {
  const frame = event.senderFrame
  return {
    origin: frame?.origin,
    isMainFrame: frame !== null && frame.parent === null,
    isOwnWindow: page !== undefined && event.sender === page,
  }
}
