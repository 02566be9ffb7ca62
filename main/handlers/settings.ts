import type { Handlers } from '../ipc/answer.ts'
import type { SettingsBook } from '../settings.ts'

export function settingsHandlers(settings: SettingsBook): Pick<Handlers, 'settings.read' | 'settings.write'> {
  return {
    'settings.read': () => settings.read(),
    'settings.write': (patch) => settings.write(patch),
  }
}
