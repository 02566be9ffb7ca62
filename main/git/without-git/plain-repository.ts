import type fs from 'node:fs'

/** A repository on a computer without git. */
export interface PlainRepository {
  readonly fs: typeof fs
  /** Its root, absolute, links followed. */
  readonly dir: string
  readonly gitdir: string
}
