import { helpOfFileCommands } from './usage-of-files.ts'

export const commandNames = [
  'sync',
  'status',
  'pause',
  'resume',
  'replay',
  'start-over',
  'dead-letters',
  'events',
  'backfill',
  'recover',
  'check',
  'info',
  'validate',
  'diff',
  'collect',
  'fmt',
  'schema',
  'types',
  'completion',
  'rebuild-store',
  'drill',
] as const
export type CommandName = (typeof commandNames)[number]

export const overview = `ReJot moves rows between databases by contract: a public schema says what a team publishes,
a consumer schema says how another team writes it into its own database.

  rejot sync MANIFEST…       follow the sources and write the consumers, until Ctrl-C
  rejot status               what an engine does, or did last
  rejot pause CONSUMER…      let a consumer's events wait
  rejot resume CONSUMER…     go on with a consumer that was paused or halted
  rejot replay CONSUMER…     apply the latest events of some rows once more
  rejot start-over CONSUMER… write all rows of a consumer again
  rejot dead-letters         what destinations have refused: list, retry, skip
  rejot backfill SCHEMA…     copy a public schema's rows again
  rejot recover SOURCE…      begin again with a source whose slot is lost
  rejot events               what has happened, from the event store: filter, follow
  rejot check CONNECTION     whether a database can be followed from or written into, step by step
  rejot info MANIFEST…       what manifests hold
  rejot validate MANIFEST…   check manifests without a database
  rejot diff MANIFEST…       what starting them would change
  rejot collect MANIFEST…    take definition files, SQL or TypeScript, into manifests
  rejot fmt MANIFEST…        print manifests in their canonical form
  rejot types MANIFEST…      TypeScript types of public schemas
  rejot schema               the JSON Schema of manifests, for editors
  rejot rebuild-store        make a new event store in the place of a damaged one
  rejot drill                try the engine among random faults, on databases of its own
  rejot completion SHELL     a script that completes all this in bash, zsh or fish

MANIFEST is the path of a rejot-manifest.json. "rejot help COMMAND" says more about one.
Exit codes: 0 done, 1 a problem, 2 wrong usage, 3 another engine is at work.
`

const engineOptions = `
  --state DIR           the state folder of the running engine, as "rejot sync" was given it
  --manifest MANIFEST   or the first manifest that it was given; needed only where several engines have run
  --json                a line of JSON for each
`

export const help: Readonly<Record<CommandName, string>> = {
  sync: `rejot sync MANIFEST… [--state DIR] [--json] [--no-backfill] [--api-port N]

Follows every source of the manifests, keeps what it publishes in an event store, and writes every consumer.
Publications and slots are made where they are missing. Runs until Ctrl-C (SIGINT) or SIGTERM, finishes what is
under way, and exits 0. A second signal ends it at once; nothing is lost by that either.

  --state DIR     where the event store is kept; by default a folder of the system for state, named by the slug of
                  the first manifest
  --json          a line of JSON for each thing that happens: started, ready, retrying, dead-letter, halted, stopped
  --no-backfill   consumers that are new get changes from now on, and not the rows that exist
  --api-port N    also serve HTTP on 127.0.0.1:N, for programs of this computer: GET /status gives what
                  "rejot status --json" prints, POST /pause {"consumer": "…"} is "rejot pause", and so on

Passwords come from variables that a manifest names as \${env:REJOT_…}.

  REJOT_ACCOUNTS_DB_PASSWORD=… rejot sync accounts/rejot-manifest.json billing/rejot-manifest.json

Exits 1 when something is wrong with a manifest or nothing can run, 3 when another engine has the state folder, or
the slots of all sources that could run.
`,
  status: `rejot status [MANIFEST…] [--state DIR] [--json]

What the engine with this state folder does, also while it runs: how far each source is and how far behind each
consumer. Without MANIFEST and --state it takes the only state folder there is.

  --state DIR   the state folder that "rejot sync" was given
  --json        {"sources": […], "consumers": […]}
`,
  pause: `rejot pause CONSUMER… [--state DIR | --manifest MANIFEST] [--json]

Stops applying a consumer's events, after the transaction under way and until "rejot resume", over restarts too. Its
events wait in the event store; other consumers and the source go on. CONSUMER is a name as "rejot status" shows it.

  rejot pause consume-account
${engineOptions}`,
  resume: `rejot resume CONSUMER… [--state DIR | --manifest MANIFEST] [--json]

Goes on with a consumer that was paused, where it was; tries again with one that was halted, once its cause is repaired.
${engineOptions}`,
  replay: `rejot replay CONSUMER… (--key KEY | --offset N | --from N [--to N]) [--state DIR | --manifest MANIFEST] [--json]

Applies rows once more, with the consumer's SQL as the running engine has it: of each row that is meant, its latest
event that the consumer has reached. An older event is never applied again, since nothing would correct it afterwards.
A dead letter of such a row goes when this succeeds. A row that is refused stays as it is, and the exit code is 1.

  --key KEY    one row, by its public key: 7, or ["EU",7] where the key has several columns
  --offset N   the row that the event at this offset is about; "rejot events" shows offsets
  --from N     the rows of all events from there on, to --to N or to the newest; at most 100,000 rows

  rejot replay consume-account --key 7
${engineOptions}`,
  'start-over': `rejot start-over CONSUMER… [--state DIR | --manifest MANIFEST] [--json]

Writes all rows of a consumer again, from the event store and with the SQL as the running engine has it: after its SQL or
its table has changed, or to repair a destination. Each row is written once, as it is where the consumer is; then it goes
on with what came since. Other consumers and the source do not notice. It goes on over a restart of the engine.

It deletes no row that it does not know of: where a destination holds rows that nobody publishes any more, empty the table
first. It is also the way back for a consumer whose destination was written from another event store.

  rejot start-over consume-account
${engineOptions}`,
  'dead-letters': `rejot dead-letters list [CONSUMER…] [--limit N]
rejot dead-letters retry CONSUMER… [--offset N] [--sqlstate STATE] [--constraint NAME]
rejot dead-letters skip CONSUMER… (--offset N | --sqlstate STATE | --constraint NAME) --reason TEXT
  each with [--state DIR | --manifest MANIFEST] [--json]

A row that a destination refuses for its values becomes a dead letter; later events of that row wait behind it, all
others go on. Of a consumer that takes every version, WAITING says how many wait.

  list    by cause (SQLSTATE and constraint) and one by one; needs no running engine. Messages may hold row values.
  retry   applies the row's latest event with the consumer's SQL as the running engine has it. It goes only when that
          succeeds; refused again, nothing has changed and the exit code is 1. Without options: all of the consumer. One
          that takes every version gets the refused one and then all that wait behind it, in order, each once.
  skip    gives them up: their rows stay as they are at the destination until they change again. The reason is kept. Of
          a consumer that takes every version this one is left out, and those that wait behind it are applied.

  rejot dead-letters retry consume-account --sqlstate 23502
  rejot dead-letters skip consume-account --offset 4711 --reason "test account, deleted by hand"
${engineOptions}`,
  backfill: `rejot backfill SCHEMA… [--state DIR | --manifest MANIFEST] [--json]

Reads all rows of a public schema from its source again, while changes go on: rows that differ from what is stored are
sent to its consumers, rows that are gone are deleted there, equal rows are not touched. It survives a restart of the
engine. To write equal rows again too, see "rejot help start-over". SCHEMA is a name, or @manifest/name@major.

  rejot backfill publish-account
${engineOptions}`,
  recover: `rejot recover SOURCE… [--state DIR | --manifest MANIFEST] [--json]

The way back for a source that is halted because its slot is gone, lost or was moved, or because another server, or an
older state of it, answers where it was: the slot is dropped, a new one is made, and every row is copied again as with
"rejot backfill", so that what changed meanwhile arrives and what is gone is deleted. A source that is well is not
touched. SOURCE is a connection's name, or manifest/connection.

  rejot recover accounts-db
${engineOptions}`,
  events: `rejot events [--schema SCHEMA] [--operation insert|update|delete] [--key VALUE] [--contains TEXT]
             [--since TIME] [--until TIME] [--limit N] [--payload] [--follow]
             [--state DIR | --manifest MANIFEST] [--json]

Prints the newest stored events, the newest last; also while an engine runs, which is not disturbed. All filters must
hold; --schema and --operation may be given several times.

  --schema SCHEMA   as @manifest/name@major
  --key VALUE       a value of the row's public key
  --contains TEXT   somewhere in the row
  --since TIME      received from then on, such as 2026-11-21T09:30:00Z; --until TIME before then
  --limit N         at most so many; 50 without it
  --payload         with the rows themselves
  --follow, -f      goes on with those that come, until Ctrl-C
  --json            a line of JSON for each

  rejot events --key 7 --payload
`,
  check: `rejot check CONNECTION [MANIFEST…] [--as source|destination|both] [--tables TABLE,…] [--json]

Asks a database step by step whether rows can be followed from it, or written into it, from its name and its
certificate to the rights of the role, and says what cures each thing that is wrong: the SQL and who may run it, or the place
where the service has that setting. It changes nothing there. Exits 1 when a step fails; a warning is none.

CONNECTION is its name in a manifest, by default rejot-manifest.json in this folder, or a URL, or text like psql's:

  rejot check accounts-db accounts/rejot-manifest.json
  rejot check postgres://rejot@db.example.org/shop?sslmode=verify-full --as source --tables public.account,public.orders
  rejot check "host=localhost dbname=shop user=rejot" --as destination

  --as           what it is wanted for; by default what the manifest does with it, else both
  --tables       that rows are followed from; with --as destination, that are written. By default those that the
                 manifest names; without any, all tables are looked at, and what is wrong with them is a warning
  --json         a line of JSON for each step: {"id", "title", "state", "sentence", "solution", "durationMs",
                 "evidence", "fix", "places"}; state is passed, warning, failed or skipped

A password that is not in the text is read from REJOT_PASSWORD.
`,
  info: `rejot info MANIFEST… [--json]

Prints what manifests hold: connections, public schemas, consumers. Never a password. Needs no database; exits 1 when
something is wrong with them, which it says on standard error.
`,
  ...helpOfFileCommands,
  drill: `rejot drill [--seconds N] [--seed SEED] [--json]

Starts three Postgres servers of its own in the temporary folder and an engine between them. Clients write at random,
and meanwhile the engine is killed, servers crash, networks fail, consumers are paused. Then every destination is
compared with its source row by row. Nothing of yours is touched, and nothing is left behind.

  --seconds N   for about so long, 120 without it; one round after the other. Ctrl-C ends it, with a report
  --seed SEED   the same writes and faults again, as a failed drill has printed it; a round that fails is tried with
                fewer of them, and the smallest that still fails is told
  --json        the report as JSON

  rejot drill --seconds 1800

Exits 1 when anything was lost, doubled, left behind or seen in part.
`,
  'rebuild-store': `rejot rebuild-store [--state DIR | --manifest MANIFEST] [--anyway] [--json]

The way back from a damaged or lost event store; no engine may run. The former files are moved into a folder beside
it, nothing is deleted, and what can be read of them goes into a new store. At the next "rejot sync" every source copies
all its rows again, and then every consumer takes the state over what its destination has, deletes included. It says
whether the former store could be read whole: only then are all rows found that went at the source meanwhile.

SQL that counts (hits = hits + 1) counts each row once more.

  --state DIR           the state folder, as "rejot sync" was given it
  --manifest MANIFEST   or the first manifest that it was given; needed only where several engines have run
  --anyway              although the store is not damaged: its destinations were written from a folder that is lost
  --json                a line of JSON
`,
}
