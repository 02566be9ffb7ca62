import { readFileSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { storePath } from '../store-connection.ts'

const pageBytes = 4_096

/** Overwrites the first page of a table, or one in the middle of what it takes, in a store that is closed. */
export function spoilTable(stateDir: string, table: string, where: 'root' | 'middle'): void {
  const path = storePath(stateDir)
  const database = new Database(path)
  database.pragma('wal_checkpoint(truncate)')
  const root = database
    .prepare<[string], number>('select rootpage from sqlite_master where name = ?')
    .pluck()
    .get(table)
  database.close()
  if (root === undefined) throw new Error(`Cannot spoil ${table}: there is none`)
  const bytes = readFileSync(path)
  const page = where === 'root' ? root : childOf(bytes, root)
  writeFileSync(path, bytes.fill(0xff, (page - 1) * pageBytes, page * pageBytes))
}

/** The page that the middle cell of an interior page leads to: its first four bytes. */
function childOf(bytes: Buffer, page: number): number {
  const start = (page - 1) * pageBytes
  const isInterior = bytes[start] === 5
  if (!isInterior) throw new Error('Cannot spoil a page in the middle: the table has only one')
  const middle = bytes.readUInt16BE(start + 3) >> 1
  return bytes.readUInt32BE(start + bytes.readUInt16BE(start + 12 + 2 * middle))
}
