import type { ConsumerChoices, DatabaseChoices, PipelineChoices } from '../testing/pipeline-setting.ts'

export const databaseNames = ['shop', 'crm', 'billing'] as const
export type DatabaseName = (typeof databaseNames)[number]
export type DestinationName = Exclude<DatabaseName, 'shop'>

/** Money in all purses together, for ever: it only moves. */
export const moneyInTotal = 4_000

/** The source: tables, and what its application does in one transaction. Purse 0 is where the first money came from. */
const shopSql = `
create table account (id int primary key, name text not null, active boolean not null default true);
create table email (id int primary key, account_id int not null references account (id) on delete cascade, address text not null unique);
create index on email (account_id);
create table purse (id int primary key, amount int not null);
create table transfer (id int generated always as identity primary key, giver int not null, taker int not null, amount int not null);
create table purse_log (n bigint generated always as identity primary key, id int not null, amount int);
create function log_purse() returns trigger language plpgsql as $$
begin
  insert into purse_log (id, amount) values (coalesce(new.id, old.id), new.amount);
  return null;
end $$;
create trigger log_purse after insert or update or delete on purse for each row execute function log_purse();
insert into account select g, 'name ' || g from generate_series(1, 200) g;
insert into email select g, g % 200 + 1, 'address ' || g from generate_series(1, 300) g;
insert into purse select g, 100 from generate_series(1, 40) g;
insert into transfer (giver, taker, amount) select 0, g, 100 from generate_series(1, 40) g;

create function move(a int, b int, n int) returns boolean language plpgsql as $$
begin
  perform from purse where id in (a, b) order by id for update;
  if a = b or (select count(*) from purse where id in (a, b)) < 2 then return false; end if;
  update purse set amount = amount - n where id = a;
  if not found then raise exception 'purse % is gone', a; end if;
  update purse set amount = amount + n where id = b;
  if not found then raise exception 'purse % is gone', b; end if;
  insert into transfer (giver, taker, amount) values (a, b, n);
  return true;
end $$;

create function close_purse(a int, b int) returns void language plpgsql as $$
declare n int;
begin
  perform from purse where id in (a, b) order by id for update;
  select amount into n from purse where id = a;
  if found and move(a, b, n) then delete from purse where id = a; end if;
end $$;

create function move_everywhere(n int) returns void language plpgsql as $$
begin
  lock table purse in share row exclusive mode;
  with placed as (select id as giver, lead(id) over (order by id) as taker, row_number() over (order by id) as place from purse),
       pair as (select giver, taker from placed where place % 2 = 1 and taker is not null),
       noted as (insert into transfer (giver, taker, amount) select giver, taker, n from pair)
    update purse set amount = amount + case when id in (select giver from pair) then -n else n end
     where id in (select giver from pair) or id in (select taker from pair);
end $$`

const summarySql = (condition: string): string =>
  `select a.id, a.name, array_agg(e.address order by e.id) filter (where e.id is not null) as addresses
     from account a left join email e on e.account_id = a.id where a.id = ${condition} and a.active group by a.id`

/** What each public schema is over all rows of the source, whose first column is its key. */
export const truths = {
  person: 'select id, name from account',
  address: 'select id, account_id, address from email',
  summary: `select a.id, a.name, array_to_json(array_agg(e.address order by e.id) filter (where e.id is not null)) as addresses
    from account a left join email e on e.account_id = a.id where a.active group by a.id`,
  purse: 'select id, amount from purse',
  transfer: 'select id, giver, taker, amount from transfer',
} as const
export type SchemaName = keyof typeof truths
export const schemaNames = Object.keys(truths) as readonly SchemaName[]

const publicSchemas = {
  address: {
    from: 'shop',
    key: ['id'],
    columns: { id: 'integer', account_id: 'integer', address: 'text' },
    tables: { email: 'select id, account_id, address from email where id = :id' },
  },
  person: {
    from: 'shop',
    key: ['id'],
    columns: { id: 'integer', name: 'text' },
    tables: { account: 'select id, name from account where id = :id' },
  },
  purse: {
    from: 'shop',
    key: ['id'],
    columns: { id: 'integer', amount: 'integer' },
    tables: { purse: 'select id, amount from purse where id = :id' },
  },
  summary: {
    from: 'shop',
    key: ['id'],
    columns: { id: 'integer', name: 'text', addresses: 'text[]' },
    tables: { account: summarySql(':id'), email: summarySql(':account_id') },
  },
  transfer: {
    from: 'shop',
    key: ['id'],
    columns: { id: 'integer', giver: 'integer', taker: 'integer', amount: 'integer' },
    tables: { transfer: 'select id, giver, taker, amount from transfer where id = :id' },
  },
} as const satisfies PipelineChoices<DatabaseName>['publicSchemas']

const person = {
  of: 'person',
  sql: 'insert into person (id, name) values (:id, :name) on conflict (id) do update set name = excluded.name',
  deleteSql: 'delete from person where id = :id',
  truth: truths.person,
  rows: 'select id, name from person',
} as const

const purse = {
  of: 'purse',
  sql: 'insert into purse (id, amount) values (:id, :amount) on conflict (id) do update set amount = excluded.amount',
  deleteSql: 'delete from purse where id = :id',
  truth: truths.purse,
  rows: 'select id, amount from purse',
} as const

export const consumers = {
  address: {
    of: 'address',
    into: 'crm',
    sql: 'insert into address (id, person_id, address) values (:id, :account_id, :address) on conflict (id) do update set person_id = excluded.person_id, address = excluded.address',
    deleteSql: 'delete from address where id = :id',
    truth: truths.address,
    rows: 'select id, person_id, address from address',
  },
  person: { ...person, into: 'crm' },
  purse: { ...purse, into: 'crm' },
  // Counts, so that an event that is lost or applied twice shows for ever.
  tally: {
    of: 'purse',
    into: 'crm',
    sql: 'insert into tally (id, hits) values (:id, 1) on conflict (id) do update set hits = tally.hits + 1, gone = false',
    deleteSql: 'update tally set hits = hits + 1, gone = true where id = :id',
    truth: 'select id from purse',
    rows: 'select id from tally where not gone',
  },
  // Each amount that a purse ever had, to be compared with what the shop has noted of it.
  'purse-history': {
    of: 'purse',
    into: 'crm',
    everyVersion: true,
    sql: 'insert into purse_history (id, amount) values (:id, :amount)',
    deleteSql: 'insert into purse_history (id) values (:id)',
    truth: truths.purse,
    rows: 'select id, amount from (select distinct on (id) id, amount from purse_history order by id, n desc) last where amount is not null',
  },
  'billed-person': { ...person, into: 'billing' },
  'billed-purse': { ...purse, into: 'billing' },
  'billed-transfer': {
    of: 'transfer',
    into: 'billing',
    sql: 'insert into transfer (id, giver, taker, amount) values (:id, :giver, :taker, :amount) on conflict (id) do update set giver = excluded.giver, taker = excluded.taker, amount = excluded.amount',
    deleteSql: 'delete from transfer where id = :id',
    truth: truths.transfer,
    rows: 'select id, giver, taker, amount from transfer',
  },
  summary: {
    of: 'summary',
    into: 'billing',
    sql: 'insert into summary (id, name, addresses) values (:id, :name, :addresses) on conflict (id) do update set name = excluded.name, addresses = excluded.addresses',
    deleteSql: 'delete from summary where id = :id',
    truth: truths.summary,
    rows: 'select id, name, array_to_json(addresses) as addresses from summary',
  },
} as const satisfies Readonly<Record<string, ConsumerChoices<DatabaseName>>>
export type ConsumerName = keyof typeof consumers
export const consumerNames = Object.keys(consumers) as readonly ConsumerName[]

const destinationSql: Readonly<Record<DestinationName, string>> = {
  crm: `create table person (id int primary key, name text not null);
    create table address (id int primary key, person_id int not null references person (id), address text not null unique);
    create table purse (id int primary key, amount int not null);
    create table purse_history (n bigint generated always as identity primary key, id int not null, amount int);
    create table tally (id int primary key, hits int not null, gone boolean not null default false)`,
  billing: `create table person (id int primary key, name text not null);
    create table summary (id int primary key, name text not null, addresses text[]);
    create table purse (id int primary key, amount int not null);
    create table transfer (id int primary key, giver int not null, taker int not null, amount int not null)`,
}

/** One source, five public schemas, two destinations, nine consumers. */
export function shopPipeline(
  places: Readonly<Record<DatabaseName, Omit<DatabaseChoices, 'sql'>>>,
): PipelineChoices<DatabaseName> {
  return {
    databases: {
      shop: { ...places.shop, sql: shopSql },
      crm: { ...places.crm, sql: destinationSql.crm },
      billing: { ...places.billing, sql: destinationSql.billing },
    },
    publicSchemas,
    consumers,
  }
}
