import type { TableDetail, TableRow } from '../../../main/contract/catalogue.ts'
import type { PublicSchemaForm } from '../../../main/contract/schema-edit.ts'
import { publishedName, rowSql, tableText } from '../../text/table-sql.ts'

export interface PublishDraft {
  /** A definition file of its own. */
  readonly file: string
  /** The same as one entry of "publicSchemas". */
  readonly json: string
}

/**
 * What one would add to a manifest to publish a table as it is, column by column, keyed by its primary key. A proposal
 * as text: nothing is written. `dataStore` is the connection's slug. `undefined` without a primary key.
 */
export function draftPublicSchema(table: TableRow, detail: TableDetail, dataStore: string): PublishDraft | undefined {
  const { schema, name, primaryKey: key } = table
  if (key.length === 0) return undefined
  const published = publishedName(name)
  const from = tableText(table)
  const sql = rowSql({ schema, name, columns: detail.columns, primaryKey: key })
  const entry = {
    name: published,
    source: { dataStoreSlug: dataStore },
    version: { major: 1, minor: 0 },
    outputSchema: {
      type: 'object',
      properties: Object.fromEntries(
        detail.columns.map(({ name: column, type, comment }) => [
          column,
          { ...(comment === undefined ? {} : { description: comment }), 'x-postgres-type': type },
        ]),
      ),
      required: detail.columns.filter(({ nullable }) => !nullable).map((column) => column.name),
      'x-rejot': { key },
    },
    config: {
      publicSchemaType: 'postgres',
      transformations: [
        { operation: 'insert', table: from, sql },
        { operation: 'update', table: from, sql },
      ],
    },
  }
  const file = [
    `-- rejot: public schema ${published} 1.0`,
    `-- data store: ${dataStore}`,
    `-- key: ${key.map(listItem).join(', ')}`,
    '-- columns:',
    ...detail.columns.map(({ name: column, type, nullable, comment }) => {
      const words = comment === undefined ? '' : ` -- ${comment.replaceAll(/\s+/g, ' ')}`
      return `--   ${/^[^\s"{]+$/.test(column) ? column : JSON.stringify(column)} ${type}${nullable ? '' : ' not null'}${words}`
    }),
    '',
    `-- rejot: changes of ${from}`,
    `${sql};`,
    '',
  ].join('\n')
  return { file, json: JSON.stringify(entry, undefined, 2) }
}

/** The same as the form that its editor opens with; the contract is what the database says of the SQL. */
export function publicFormOf(
  { table, connection }: { readonly table: TableRow; readonly connection: string },
  detail: TableDetail,
): Pick<PublicSchemaForm, 'name' | 'manifest' | 'connection' | 'transformations'> {
  const { schema, name, primaryKey } = table
  const slash = connection.lastIndexOf('/')
  return {
    name: publishedName(name),
    manifest: connection.slice(0, slash),
    connection: connection.slice(slash + 1),
    transformations: [{ table: tableText(table), sql: rowSql({ schema, name, columns: detail.columns, primaryKey }) }],
  }
}

/** An item of a list with a comma stands in quotes, as JSON writes them. */
function listItem(text: string): string {
  return /[,"]/.test(text) ? JSON.stringify(text) : text
}
