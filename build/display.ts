import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Display {
  /** For the programs that shall draw on it. */
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

/**
 * A screen of its own in memory, under a number that is free, so that the tests neither need a desktop nor flash over
 * one. Linux only; elsewhere the person's own screen. Throws when Xvfb does not start.
 */
export async function openDisplay(): Promise<Display> {
  if (process.platform !== 'linux') return { env: {}, close: async () => {} }
  const args = ['-displayfd', '1', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp']
  const child = spawn('Xvfb', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const exited = once(child, 'exit')
  const number = await Promise.race([firstLine(child.stdout), exited.then(() => undefined)])
  if (number === undefined) throw new Error('Cannot open a display: Xvfb ended at once')
  return {
    env: { DISPLAY: `:${number}`, XDG_SESSION_TYPE: 'x11', WAYLAND_DISPLAY: '' },
    close: async () => {
      child.kill()
      await exited
    },
  }
}

/** Xvfb writes its number when it is ready to be drawn on. */
async function firstLine(stream: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return text.trim()
}
