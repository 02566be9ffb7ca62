export const commandNames = ['sync', 'status', 'pause', 'resume', 'backfill', 'recover', 'validate'] as const
export type CommandName = (typeof commandNames)[number]

export const overview = `ReJot moves rows between databases by contract: a public schema says what a team publishes,
a consumer schema says how another team writes it into its own database.

  rejot sync MANIFEST…       follow the sources and write the consumers, until Ctrl-C
  rejot status               what an engine does, or did last
  rejot pause CONSUMER…      let a consumer's events wait
  rejot resume CONSUMER…     go on with a consumer that was paused or halted
  rejot backfill SCHEMA…     copy a public schema's rows again
  rejot recover SOURCE…      begin again with a source whose slot is lost
  rejot validate MANIFEST…   check manifests without a database

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
  validate: `rejot validate MANIFEST…

Checks manifests and the SQL in them by their text alone; needs no database. Prints a line for each problem,
PATH:LINE:COLUMN: error: …, and exits 1 when one of them is an error.
`,
}
