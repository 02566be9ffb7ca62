import type { Handlers } from '../ipc/answer.ts'

export function clipboardHandlers(writeText: (text: string) => void): Pick<Handlers, 'clipboard.write'> {
  return { 'clipboard.write': ({ text }) => writeText(text) }
}
