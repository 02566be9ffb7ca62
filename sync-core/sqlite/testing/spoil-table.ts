import { readFileSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { storePath } from '../store-connection.ts'

const pageBytes = 4_096

/** Overwrites the first page of a table, or one in the middle of what it takes, in a store that is closed. */
export function spoilTable(stateDir: string, table: string, where: 'root' | 'middle'): void {
  const path = storePath(stateDir)
  const database = new Database(path)
  database.pragma('wal_checkpoint(truncate)')
  const sql =
    where === 'root'
      ? 'select rootpage from sqlite_master where name = ?'
      : "select pageno from dbstat where name = ? and pagetype = 'leaf' order by path limit 1 offset 2"
  const page = database.prepare<[string], number>(sql).pluck().get(table)
  database.close()
  if (page === undefined) throw new Error(`Cannot spoil ${table}: it has no such page`)
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0xff, (page - 1) * pageBytes, page * pageBytes))
}
