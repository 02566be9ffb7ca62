import { contextBridge, ipcRenderer } from 'electron'
import type { Bridge } from './contract/stream.ts'
import { invokeChannel, pushChannel, streamChannel } from './ipc/channels.ts'

/*
 * The only code that stands on both sides. It hands on and decides nothing: main checks and parses what arrives.
 *
 * A MessagePort cannot pass the bridge between the worlds; it passes by a message of the window to itself. So the last
 * step of `onStream` is made in the page's own world, and the caller sees one object with all of the bridge in it.
 */
const listeners = new Set<{ readonly push: string; readonly listener: (value: unknown) => void }>()

ipcRenderer.on(pushChannel, (_event, push: string, value: unknown) => {
  for (const entry of [...listeners]) if (entry.push === push) entry.listener(value)
})

ipcRenderer.on(streamChannel, (event) => {
  window.postMessage(streamChannel, window.location.origin, [...event.ports])
})

const inner = {
  invoke: (verb: string, input: unknown): Promise<unknown> => ipcRenderer.invoke(invokeChannel, verb, input),
  on: (push: string, listener: (value: unknown) => void): (() => void) => {
    const entry = { push, listener }
    listeners.add(entry)
    return () => {
      listeners.delete(entry)
    }
  },
  platform: process.platform,
}

contextBridge.executeInMainWorld({
  // Runs in the page: it may use nothing from around it.
  func: (given: typeof inner, channel: string) => {
    const waiting = new Set<(port: MessagePort) => void>()
    let latest: MessagePort | undefined
    window.addEventListener('message', (event) => {
      const [port] = event.ports
      if (event.source !== window || event.data !== channel || port === undefined) return
      latest = port
      for (const listener of [...waiting]) listener(port)
    })
    const bridge: Bridge = Object.freeze({
      invoke: given.invoke,
      on: given.on,
      onStream: (listener: (port: MessagePort) => void) => {
        waiting.add(listener)
        if (latest !== undefined) listener(latest)
        return () => {
          waiting.delete(listener)
        }
      },
      platform: given.platform,
    })
    Object.defineProperty(window, 'rejot', { value: bridge, enumerable: true, writable: false, configurable: false })
  },
  args: [inner, streamChannel],
})
