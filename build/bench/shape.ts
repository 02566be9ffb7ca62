/** What is replicated: tables of the source, what becomes of them at a destination, and how to tell that it has. */
export interface Shape {
  /** Makes the source's tables. */
  readonly sourceSql: string
  /** Makes a destination's table. */
  readonly destinationSql: string
  /** Databases that consume it, each all of it. */
  readonly destinations: number
  readonly publicSchema: PublicShape
  readonly consumer: { readonly sql: string; readonly deleteSql: string }
  /** Whether native replication can bring the same rows, the table being published as it is. */
  readonly hasNative: boolean
  /** Writes a mark into the source, in a row of its own, whose arrival tells that all before it has arrived. `$1`: its text. */
  readonly markSql: string
  /** Finds the mark at a destination by its key: anything else would walk over rows that are written and not yet committed. */
  readonly markedSql: string
  /** One row of what a destination shall hold, asked of the source, and of what it holds: count and checksum. */
  readonly truthSql: string
  readonly arrivedSql: string
}

export interface PublicShape {
  readonly key: string
  /** Postgres's types by column. */
  readonly types: Readonly<Record<string, string>>
  readonly transformations: readonly { readonly table: string; readonly sql: string }[]
}

/** About 100 bytes a row, published as it is. Its ids begin at 1; 0 is the mark. */
export function itemShape(destinations = 1): Shape {
  const types = {
    id: 'integer',
    name: 'text',
    amount: 'numeric',
    note: 'text',
    changed_at: 'timestamp with time zone',
  }
  const columns = Object.keys(types)
  const table = `
    create table item (id int primary key, name text not null, amount numeric(12,2) not null, note text, changed_at timestamptz not null)`
  return {
    sourceSql: table,
    destinationSql: table,
    destinations,
    publicSchema: {
      key: 'id',
      types,
      transformations: [
        {
          table: 'item',
          sql: `select ${columns.map((column) => `t.${column}`).join(', ')} from item t where t.id = :id`,
        },
      ],
    },
    consumer: { sql: upsert('item', columns), deleteSql: 'delete from item where id = :id' },
    hasNative: true,
    markSql: `insert into item values (0, 'mark', 0, $1, now()) on conflict (id) do update set note = excluded.note`,
    markedSql: 'select 1 from item where id = 0 and note = $1',
    truthSql: checksum('item'),
    arrivedSql: checksum('item'),
  }
}

/** Rows `from` … `to` of `item`, numbers or SQL. */
export function itemRows(from: number | string, to: number | string): string {
  return `select g, 'item ' || g, (g % 10000)::numeric / 100, 'a note of some words about item ' || g, now() from generate_series(${from}, ${to}) g`
}

/** Customers with number and sum of their order lines: a public schema with a join and an aggregate. */
export function totalsShape(): Shape {
  const types = { id: 'integer', name: 'text', lines: 'bigint', total: 'numeric' }
  const totals = (where: string): string => `
    select c.id, c.name, count(l.id) as lines, coalesce(sum(l.amount), 0) as total
      from customer c left join order_line l on l.customer_id = c.id ${where} group by c.id, c.name`
  return {
    sourceSql: `
      create table customer (id int primary key, name text not null);
      create table order_line (id int primary key, customer_id int not null, amount numeric(12,2) not null);
      create index on order_line (customer_id)`,
    destinationSql: `
      create table customer_total (id int primary key, name text not null, lines bigint not null, total numeric not null)`,
    destinations: 1,
    publicSchema: {
      key: 'id',
      types,
      transformations: [
        { table: 'customer', sql: totals('where c.id = :id') },
        { table: 'order_line', sql: totals('where c.id = :customer_id') },
      ],
    },
    consumer: {
      sql: upsert('customer_total', Object.keys(types)),
      deleteSql: 'delete from customer_total where id = :id',
    },
    hasNative: false,
    markSql: 'insert into customer values (0, $1) on conflict (id) do update set name = excluded.name',
    markedSql: 'select 1 from customer_total where id = 0 and name = $1',
    truthSql: checksum(`(${totals('')})`),
    arrivedSql: checksum('customer_total'),
  }
}

function upsert(table: string, columns: readonly string[]): string {
  const [key, ...others] = columns
  const values = columns.map((column) => `:${column}`).join(', ')
  const changes = others.map((column) => `${column} = excluded.${column}`).join(', ')
  return `insert into ${table} (${columns.join(', ')}) values (${values}) on conflict (${key}) do update set ${changes}`
}

function checksum(rows: string): string {
  return `select count(*)::text as rows, sum(hashtext(t::text)::bigint)::text as checksum from ${rows} t`
}
