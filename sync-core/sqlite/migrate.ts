import { randomUUID } from 'node:crypto'
import type { StoreConnection } from './store-connection.ts'
import { damagedStore } from './store-failure.ts'

/** "ReJt": another program's SQLite file is not taken for ours. */
const applicationId = 0x52654a74

/**
 * Each brings the file from the version before to its place in this list, counted from 1. Never edited once released.
 *
 * event            the log. `previous_offset` is the key's event before: it undoes an epoch that was left open
 * latest           the last event of each public row key; whether the key has a row is that event's operation
 * epoch            the closing row: events of an epoch without one do not exist for anybody
 * epoch_schema     running total of a schema's events up to an epoch, so that a backlog is a subtraction
 * schema_total     events of a schema ever stored
 * open_epoch       epochs that have written chunks and are not closed
 * source_run       lineage: what a source key gave when it was last run
 * public_source    the same, from the public row key
 * held_event       events that wait at a destination for others to arrive there
 * run_undo         source_run as it was before an open epoch; null where there was none
 * retention        how far the history of a source has been removed; \`walked\`: within its last epoch
 * schema_retention the same of a public schema: its state can be given from \`complete_from\` on
 * spared_event     events without a place in history that a dead letter still shows, or that are held
 * former_store     the store in whose place this one was made, or \`*\`: its destinations are taken over
 * skipped_event    dead letters that a person gave up, with the reason
 * opening          each time the file was opened, with the first offset that could be given then
 */
const migrations: readonly string[] = [
  `
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
  `,
  `
  create table retention (
    source integer primary key,
    complete_from integer not null,
    walked integer not null
  );
  create table schema_retention (
    schema integer primary key,
    complete_from integer not null,
    removed integer not null
  );
  create table spared_event (
    offset integer primary key
  );
  create index dead_letter_by_offset on dead_letter (offset);
  alter table consumer add column copy_to integer;
  `,
  `
  create table held_event (
    consumer text not null,
    key text not null,
    offset integer not null,
    sqlstate text,
    constraint_name text,
    at integer not null,
    primary key (consumer, key, offset)
  ) without rowid;
  create index held_event_by_offset on held_event (offset);
  `,
  `
  create table skipped_event (
    consumer text not null,
    offset integer not null,
    schema text not null,
    key text not null,
    sqlstate text not null,
    constraint_name text,
    message text not null,
    detail text,
    at integer not null,
    reason text not null,
    skipped_at integer not null,
    primary key (consumer, offset)
  ) without rowid;
  `,
  `
  alter table source add column timeline integer not null default 0;
  create table opening (
    number integer primary key,
    id text not null unique,
    first_offset integer not null
  );
  `,
  `
  create table former_store (
    uuid text primary key,
    complete integer not null
  ) without rowid;
  alter table consumer add column take_over integer not null default 0;
  `,
  `
  create index dead_letter_by_key on dead_letter (key);
  `,
  `
  alter table backfill add column key text;
  `,
  `
  alter table backfill add column partitions text;
  `,
  `
  alter table consumer add column position_declared text;
  alter table consumer add column position integer;
  alter table backfill add column followed_from integer;
  update backfill set followed_from = (select next_offset - 1 from counter) where state <> 'running';
  `,
]

/** Brings the file to this program's version, in one transaction. Throws a FailureError when it is not ours or newer. */
export function migrate({ database, write, read }: StoreConnection): void {
  const version = read(() => Number(database.pragma('user_version', { simple: true })))
  const owner = read(() => database.pragma('application_id', { simple: true }))
  if (version > 0 && owner !== applicationId) throw damagedStore('its file is not an event store')
  if (version > migrations.length) throw damagedStore('it was written by a newer version of this program')
  if (version === migrations.length) return
  write(() => {
    if (version === 0 && database.prepare('select 1 from sqlite_master').get() !== undefined) {
      throw damagedStore('its file is not an event store')
    }
    for (const migration of migrations.slice(version)) database.exec(migration)
    database.pragma(`application_id = ${applicationId}`)
    database.pragma(`user_version = ${migrations.length}`)
    database.prepare('insert or ignore into counter values (1, ?, 1, 1, 0)').run(randomUUID())
  })
}
