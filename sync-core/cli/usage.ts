export const commandNames = ['sync', 'status', 'validate'] as const
export type CommandName = (typeof commandNames)[number]

export const overview = `ReJot moves rows between databases by contract: a public schema says what a team publishes,
a consumer schema says how another team writes it into its own database.

  rejot sync MANIFEST…       follow the sources and write the consumers, until Ctrl-C
  rejot status               what an engine does, or did last
  rejot validate MANIFEST…   check manifests without a database

MANIFEST is the path of a rejot-manifest.json. "rejot help COMMAND" says more about one.
Exit codes: 0 done, 1 a problem, 2 wrong usage, 3 another engine is at work.
`

export const help: Readonly<Record<CommandName, string>> = {
  sync: `rejot sync MANIFEST… [--state DIR] [--json] [--no-backfill]

Follows every source of the manifests, keeps what it publishes in an event store, and writes every consumer.
Publications and slots are made where they are missing. Runs until Ctrl-C (SIGINT) or SIGTERM, finishes what is
under way, and exits 0. A second signal ends it at once; nothing is lost by that either.

  --state DIR     where the event store is kept; by default a folder of the system for state, named by the slug of
                  the first manifest
  --json          a line of JSON for each thing that happens: started, ready, retrying, dead-letter, halted, stopped
  --no-backfill   consumers that are new get changes from now on, and not the rows that exist

Passwords come from variables that a manifest names as \${env:REJOT_…}.

  REJOT_ACCOUNTS_DB_PASSWORD=… rejot sync accounts/rejot-manifest.json billing/rejot-manifest.json

Exits 1 when something is wrong with a manifest or nothing can run, 3 when another engine has the state folder.
`,
  status: `rejot status [MANIFEST…] [--state DIR] [--json]

What the engine with this state folder does, also while it runs: how far each source is and how far behind each
consumer. Without MANIFEST and --state it takes the only state folder there is.

  --state DIR   the state folder that "rejot sync" was given
  --json        {"sources": […], "consumers": […]}
`,
  validate: `rejot validate MANIFEST…

Checks manifests and the SQL in them by their text alone; needs no database. Prints a line for each problem,
PATH:LINE:COLUMN: error: …, and exits 1 when one of them is an error.
`,
}
