import { spawn } from 'node:child_process'
import { chownSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import type { PostgresServer } from './postgres-server.ts'
import { newRunFolder } from './scratch-folder.ts'
import { runAs, serverUser } from './server-user.ts'

export interface Pooler {
  readonly port: number
  stop(): Promise<void>
}

/**
 * PgBouncer in front of a server, which signs in as its superuser for anybody. `ignores`: settings of a session that it
 * takes and forgets instead of refusing them. Returns at once: what connects too early tries again.
 */
export async function startPooler(server: PostgresServer, ignores: string): Promise<Pooler> {
  const user = serverUser()
  const folder = newRunFolder(user)
  const port = await freePort()
  const config = join(folder, 'pgbouncer.ini')
  const target = `host=${server.host} port=${server.port} user=${server.user} password=${server.password}`
  const settings = { listen_addr: '127.0.0.1', listen_port: port, auth_type: 'any', ignore_startup_parameters: ignores }
  const lines = Object.entries({ ...settings, unix_socket_dir: '' }).map(([name, value]) => `${name} = ${value}`)
  writeFileSync(config, `[databases]\n* = ${target}\n[pgbouncer]\n${lines.join('\n')}\n`, { mode: 0o600 })
  if (user !== undefined) chownSync(config, user.uid, user.gid)
  const path = `${process.env.PATH ?? ''}:/usr/sbin`
  const child = spawn('pgbouncer', ['-q', config], {
    cwd: folder,
    env: { PATH: path },
    stdio: 'ignore',
    ...runAs(user),
  })
  const gone = new Promise<void>((resolve, reject) => {
    child.once('exit', () => resolve())
    child.once('error', reject)
  })
  return {
    port,
    async stop() {
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
