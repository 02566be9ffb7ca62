import { type Push, type PushValue, pushes } from '../../main/contract/contract.ts'
import type { Bridge } from '../../main/contract/stream.ts'

/** Calls back each time main sends `push`; what does not parse is left out. Returns how to stop. */
export type Listen = <P extends Push>(push: P, listener: (value: PushValue<P>) => void) => () => void

export function createListen(bridge: Pick<Bridge, 'on'>): Listen {
  return <P extends Push>(push: P, listener: (value: PushValue<P>) => void) =>
    bridge.on(push, (value) => {
      const parsed = pushes[push].safeParse(value)
      // The border itself: the schema was chosen by the same name.
      if (parsed.success) listener(parsed.data as PushValue<P>)
      else console.error(`Cannot read the push ${push}`, parsed.error)
    })
}
