import { appOrigin } from '../asset-path.ts'

/** What is known of a message's sender, as plain values. */
export interface Sender {
  /** Of the frame that sent it, `undefined` when the frame is gone. */
  readonly origin: string | undefined
  readonly isMainFrame: boolean
  readonly isOwnWindow: boolean
}

/** Only the page's own main frame in our own window is answered: an embedded frame or a foreign page has no business here. */
export function isTrusted(sender: Sender): boolean {
  return sender.isOwnWindow && sender.isMainFrame && sender.origin === appOrigin
}
