import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { silentLog } from './store-folder.ts'

// `rebuild-store` in a process that is killed before its n-th operation on files.

const [, , stateDir = '', place = '0'] = process.argv
let left = Number(place)

function killing<Args extends unknown[], Result>(operation: (...args: Args) => Result): (...args: Args) => Result {
  return (...args) => {
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
    return operation(...args)
  }
}

fs.renameSync = killing(fs.renameSync)
fs.rmSync = killing(fs.rmSync)
fs.writeFileSync = killing(fs.writeFileSync)
syncBuiltinESMExports()

const { rebuildStore } = await import('../rebuild-store.ts')
rebuildStore({ stateDir, log: silentLog, now: Date.now(), anyway: false })
