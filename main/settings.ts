import { type Settings, settings } from './contract/contract.ts'
import { createJsonFile } from './json-file.ts'

export interface SettingsBook {
  read(): Settings
  /** Layout is merged by its keys, so that two views may each keep their own; the rest is replaced. Resolves on disk. */
  write(patch: SettingsPatch): Promise<Settings>
  onChange(listener: (settings: Settings) => void): void
}

export type SettingsPatch = { readonly [K in keyof Settings]?: Settings[K] | undefined }

const initial: Settings = { theme: 'system', timeZone: 'local', layout: {} }

export function openSettings(path: string): SettingsBook {
  const file = createJsonFile(path, settings, initial)
  const listeners: ((settings: Settings) => void)[] = []

  return {
    read: () => file.read(),
    async write(patch) {
      const before = file.read()
      const after: Settings = {
        theme: patch.theme ?? before.theme,
        timeZone: patch.timeZone ?? before.timeZone,
        layout: { ...before.layout, ...patch.layout },
      }
      const written = file.write(after)
      for (const listener of listeners) listener(after)
      await written
      return after
    },
    onChange: (listener) => {
      listeners.push(listener)
    },
  }
}
