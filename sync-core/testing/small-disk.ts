import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of a few megabytes, as a folder. */
export interface SmallDisk {
  readonly folder: string
  /** Megabytes from now on; what is on it stays. */
  resize(megabytes: number): void
  dispose(): void
}

/** A tmpfs, for which one has to be root on Linux; `undefined` where it cannot be had. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'rejot-small-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
  mkdirSync(join(folder, 'state'))
  return {
    folder,
    resize: (size) => {
      execFileSync('mount', ['-o', `remount,size=${size}m`, folder], { stdio: 'ignore' })
    },
    dispose: () => {
      execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' })
      rmSync(folder, { recursive: true })
    },
  }
}
