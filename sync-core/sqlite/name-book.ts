import type { StoreConnection } from './store-connection.ts'

/** Small numbers for the names of sources and public schemas, which stand in millions of rows. */
export interface NameBook {
  /** Makes a number for a name that has none yet. Not to be called within a transaction: undone, it would be remembered here. */
  idOf(name: string): number
  find(name: string): number | undefined
  nameOf(id: number): string
}

export function openNameBook({ database, read, write }: StoreConnection): NameBook {
  const ids = new Map<string, number>()
  const names = new Map<number, string>()
  const insert = database.prepare<[string], number>('insert into name (name) values (?) returning id').pluck()
  const remember = (id: number, name: string) => {
    ids.set(name, id)
    names.set(id, name)
    return id
  }
  const all = database.prepare<[], [number, string]>('select id, name from name').raw()
  for (const [id, name] of read(() => all.all())) remember(id, name)

  return {
    idOf: (name) =>
      ids.get(name) ??
      remember(
        write(() => Number(insert.get(name))),
        name,
      ),
    find: (name) => ids.get(name),
    nameOf: (id) => names.get(id) ?? '',
  }
}
