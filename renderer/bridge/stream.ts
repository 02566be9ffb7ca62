import { type Bridge, type CoreToWindow, coreToWindow, type WindowToCore } from '../../main/contract/stream.ts'
import type { EngineStatus } from '../../sync-core/domain/status.ts'

export type TailBatch = Extract<CoreToWindow, { type: 'tail' }>

export interface StreamListener {
  /** Once a second while a core runs. */
  onStatus(status: EngineStatus): void
  /** New events, newest first. The next batch comes only after `done`; hold it back to slow the core down. */
  onTail(batch: TailBatch, done: () => void): void
  /** A new core process, or the first. */
  onOpen(): void
}

/** The stream between the core's process and this window. */
export interface Stream {
  /** Whether new events are wanted; remembered for the next core. */
  tail(on: boolean): void
}

export function openStream(bridge: Pick<Bridge, 'onStream'>, listener: StreamListener): Stream {
  let port: MessagePort | undefined
  let wanted = false
  const send = (message: WindowToCore) => port?.postMessage(message)

  bridge.onStream((next) => {
    port?.close()
    port = next
    next.onmessage = ({ data }) => {
      const parsed = coreToWindow.safeParse(data)
      if (!parsed.success) return console.error('Cannot read the stream of the sync core', parsed.error)
      const message = parsed.data
      if (message.type === 'status') return listener.onStatus(message.status)
      listener.onTail(message, () => {
        if (port === next) send({ type: 'credit' })
      })
    }
    next.start()
    listener.onOpen()
    if (wanted) send({ type: 'tail', on: true })
  })

  return {
    tail(on) {
      if (on === wanted) return
      wanted = on
      send({ type: 'tail', on })
    },
  }
}
