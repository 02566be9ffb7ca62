import { spawnSync } from 'node:child_process'

/** Whom a server runs as. */
export interface ServerUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * The unprivileged user for a server that root starts, because Postgres refuses to run as root: `postgres` where it
 * exists, else `nobody`. `undefined`: not root (or Windows), the server runs as oneself. Throws when root has neither.
 */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const user = findUser('postgres') ?? findUser('nobody')
  if (user === undefined) throw new Error('Cannot run Postgres as root: there is no user "postgres" or "nobody"')
  return user
}

/** The part of spawn's options that makes a child run as that user. */
export function runAs(user: ServerUser | undefined): { uid?: number; gid?: number } {
  return user === undefined ? {} : { uid: user.uid, gid: user.gid }
}

/** Whether the user can enter a folder that exists. Asked by entering it: modes alone do not tell (ACLs, mounts). */
export function canEnter(user: ServerUser | undefined, folder: string): boolean {
  if (user === undefined) return true
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { cwd: '/', ...runAs(user) }).status === 0
}

function findUser(name: string): ServerUser | undefined {
  const uid = idOf('-u', name)
  const gid = idOf('-g', name)
  return uid === undefined || gid === undefined ? undefined : { name, uid, gid }
}

function idOf(option: '-u' | '-g', name: string): number | undefined {
  const result = spawnSync('id', [option, name], { encoding: 'utf8' })
  const id = Number.parseInt(result.stdout ?? '', 10)
  return result.status === 0 && Number.isInteger(id) ? id : undefined
}
