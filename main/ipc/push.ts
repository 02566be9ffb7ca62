import type { WebContents } from 'electron'
import { type Push, type PushValue, pushes } from '../contract/contract.ts'
import { pushChannel } from './channels.ts'

export type SendPush = <P extends Push>(push: P, value: PushValue<P>) => void

/** Sends to the window if there is one; it asks for the whole state when it comes. Parsed, so that nothing extra leaks out. */
export function createPush(page: () => WebContents | undefined): SendPush {
  return (push, value) => {
    const contents = page()
    if (contents === undefined || contents.isDestroyed()) return
    contents.send(pushChannel, push, pushes[push].parse(value))
  }
}
