import { acquireStateLock } from '../acquire-state-lock.ts'

// Holds the lock of a folder, says so, and keeps it until it is killed or its parent has gone.
acquireStateLock(process.argv[2] ?? '')
process.stdout.write('held\n')
process.stdin.on('end', () => process.exit()).resume()
