/**
 * Functions of Postgres itself whose answer differs from call to call, or that change something. The same key asked
 * twice would give two rows, and events that nothing caused.
 */
export const volatileFunctions: ReadonlySet<string> = new Set(
  (
    'clock_timestamp currval gen_random_bytes gen_random_uuid lastval nextval pg_advisory_lock ' +
    'pg_advisory_lock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_backend_pid ' +
    'pg_cancel_backend pg_current_wal_insert_lsn pg_current_wal_lsn pg_current_xact_id pg_logical_emit_message ' +
    'pg_notify pg_sleep pg_sleep_for pg_sleep_until pg_terminate_backend pg_try_advisory_lock ' +
    'pg_try_advisory_xact_lock random random_normal set_config setseed setval timeofday txid_current uuidv4 uuidv7'
  ).split(' '),
)

/** Functions that answer with the time of the transaction: right once, and not asked again when time goes on. */
export const timeFunctions: ReadonlySet<string> = new Set('now statement_timestamp transaction_timestamp'.split(' '))
