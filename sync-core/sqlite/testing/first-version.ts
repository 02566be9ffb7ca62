import { mkdirSync } from 'node:fs'
import Database from 'better-sqlite3'
import { storePath } from '../store-connection.ts'

/** The tables of version 1, as they were released. */
const tables = `
  create table counter (
    id integer primary key check (id = 1),
    uuid text not null,
    next_offset integer not null,
    next_epoch integer not null,
    events integer not null
  );
  create table name (
    id integer primary key,
    name text not null unique
  );
  create table event (
    offset integer primary key,
    epoch integer not null,
    schema integer not null,
    operation integer not null,
    key text not null,
    payload text not null,
    previous_offset integer
  );
  create table latest (
    schema integer not null,
    key text not null,
    offset integer not null,
    primary key (schema, key)
  ) without rowid;
  create table epoch (
    id integer primary key,
    source integer not null,
    first_offset integer not null,
    last_offset integer not null,
    events integer not null,
    lsn integer not null,
    received_at integer not null,
    stored_at integer not null,
    kind text not null
  );
  create unique index epoch_by_source on epoch (source, last_offset);
  create index epoch_by_offset on epoch (last_offset);
  create index epoch_by_time on epoch (received_at, events);
  create table epoch_schema (
    source integer not null,
    schema integer not null,
    last_offset integer not null,
    events integer not null,
    total integer not null,
    primary key (source, schema, last_offset)
  ) without rowid;
  create table schema_total (
    schema integer primary key,
    events integer not null
  );
  create table open_epoch (
    id integer primary key,
    first_offset integer not null
  );
  create table source_run (
    schema integer not null,
    transformation integer not null,
    source_key text not null,
    args text not null,
    public_keys text not null,
    primary key (schema, transformation, source_key)
  ) without rowid;
  create table public_source (
    schema integer not null,
    public_key text not null,
    transformation integer not null,
    source_key text not null,
    primary key (schema, public_key, transformation, source_key)
  ) without rowid;
  create table run_undo (
    epoch integer not null,
    schema integer not null,
    transformation integer not null,
    source_key text not null,
    args text,
    public_keys text,
    primary key (epoch, schema, transformation, source_key)
  ) without rowid;
  create table source (
    source text primary key,
    through_lsn integer not null,
    owed text not null,
    confirmed_lsn integer not null,
    system_identifier text not null
  ) without rowid;
  create table backfill (
    schema text primary key,
    source text not null,
    definition_hash text not null,
    generation integer not null,
    state text not null,
    transformation integer not null,
    cursor text,
    rows_done integer not null,
    rows_estimated integer not null
  ) without rowid;
  create table consumer (
    consumer text primary key,
    offset integer not null,
    paused integer not null
  ) without rowid;
  create table dead_letter (
    consumer text not null,
    offset integer not null,
    schema text not null,
    key text not null,
    sqlstate text not null,
    constraint_name text,
    message text not null,
    detail text,
    at integer not null,
    primary key (consumer, offset)
  ) without rowid;
`

/** What an engine of that version had left: two closed epochs, one that it died in, and something in every other table. */
const content = `
  insert into counter values (1, '11111111-1111-4111-8111-111111111111', 8, 4, 4);
  insert into name values (1, 'source'), (2, 'people');
  insert into event values
    (1, 1, 2, 0, '["a"]', '{"v":"1"}', null),
    (2, 1, 2, 0, '["b"]', '{"v":"1"}', null),
    (3, 2, 2, 1, '["a"]', '{"v":"2"}', 1),
    (4, 2, 2, 2, '["b"]', '{"v":"1"}', 2),
    (5, 3, 2, 1, '["a"]', '{"v":"3"}', 3),
    (6, 3, 2, 0, '["c"]', '{"v":"3"}', null);
  insert into latest values (2, '["a"]', 5), (2, '["b"]', 4), (2, '["c"]', 6);
  insert into epoch values (1, 1, 1, 2, 2, 100, 10, 10, 'backfill'), (2, 1, 3, 4, 2, 200, 20, 20, 'live');
  insert into epoch_schema values (1, 2, 2, 2, 2), (1, 2, 4, 2, 4);
  insert into schema_total values (2, 4);
  insert into open_epoch values (3, 5);
  insert into source_run values (2, 0, '["s"]', '["s"]', '["[\\"a\\"]"]');
  insert into public_source values (2, '["a"]', 0, '["s"]');
  insert into source values ('source', 200, '[150]', 140, '7');
  insert into backfill values ('people', 'source', 'hash', 1, 'done', 0, null, 2, 2);
  insert into consumer values ('c', 2, 1);
  insert into dead_letter values ('c', 2, 'people', '["b"]', '23505', null, 'duplicate key value', null, 5);
`

/** A state folder of version 1. */
export function writeFirstVersion(stateDir: string): void {
  mkdirSync(stateDir, { recursive: true })
  const database = new Database(storePath(stateDir))
  database.pragma('page_size = 4096')
  database.pragma('journal_mode = wal')
  database.exec(tables)
  database.exec(content)
  database.pragma(`application_id = ${0x52654a74}`)
  database.pragma('user_version = 1')
  database.close()
}
