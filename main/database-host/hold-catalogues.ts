import type { Catalogue, CatalogueTable } from '../../sync-core/domain/catalogue.ts'
import type { Connection } from '../../sync-core/domain/connection.ts'
import type { DefineAnswer } from '../contract/define-answers.ts'
import type { DefineQuestion } from '../contract/define-questions.ts'

export interface CatalogueReader {
  readCatalogue(connection: Connection): Promise<Catalogue>
  readCatalogueMark(connection: Connection): Promise<string>
}

/**
 * The catalogues of the databases that were asked for, read once. They stay here: a window gets the tables that it shows, and
 * completion what can stand at the cursor. The oldest are forgotten.
 */
export interface HeldCatalogues {
  read(connection: Connection): Promise<Catalogue>
  search(
    connection: Connection,
    question: DefineQuestion<'catalogue.search'>,
  ): Promise<DefineAnswer<'catalogue.search'>>
  /** By the mark, so that nothing is read again that has not changed. */
  refresh(connection: Connection): Promise<DefineAnswer<'catalogue.refresh'>>
  /** Without a schema over the search path. */
  table(
    connection: Connection,
    name: { readonly schema: string | undefined; readonly name: string },
  ): Promise<CatalogueTable | undefined>
}

const limit = 8

export function holdCatalogues(reader: CatalogueReader): HeldCatalogues {
  const held = new Map<string, Promise<Catalogue>>()

  const readAgain = (connection: Connection): Promise<Catalogue> => {
    const key = placeOf(connection)
    const reading = reader.readCatalogue(connection)
    held.delete(key)
    held.set(key, reading)
    // What could not be read is asked for again by the next who needs it.
    reading.catch(() => held.get(key) === reading && held.delete(key))
    for (const oldest of [...held.keys()].slice(0, -limit)) held.delete(oldest)
    return reading
  }
  const read = (connection: Connection) => held.get(placeOf(connection)) ?? readAgain(connection)

  return {
    read,
    async search(connection, { search = '', schema, offset, limit: most }) {
      const { tables, database, serverVersion, mark, truncated } = await read(connection)
      const wanted = simplified(search)
      const found = tables.filter(
        (one) =>
          (schema === undefined || one.schema === schema) && simplified(`${one.schema}.${one.name}`).includes(wanted),
      )
      const schemas = [...new Set(tables.map((one) => one.schema))]
      const page = found.slice(offset, offset + most)
      return { database, serverVersion, mark, schemas, total: found.length, tables: page, truncated }
    },
    async refresh(connection) {
      const known = await held.get(placeOf(connection))
      const mark = known === undefined ? undefined : await reader.readCatalogueMark(connection)
      if (known !== undefined && known.mark === mark) return { mark: known.mark, changed: false }
      return { mark: (await readAgain(connection)).mark, changed: true }
    },
    async table(connection, { schema, name }) {
      const { tables, searchPath } = await read(connection)
      const schemas = schema === undefined ? searchPath : [schema]
      for (const first of schemas) {
        const found = tables.find((one) => one.schema === first && one.name === name)
        if (found !== undefined) return found
      }
      return undefined
    },
  }
}

/** Another role may see another search path and other rights. */
function placeOf({ host, port, database, user }: Connection): string {
  return JSON.stringify([host, port, database, user])
}

function simplified(text: string): string {
  return text.toLowerCase().replaceAll('_', '')
}
