/** Help for the commands that work on the files of a repository. */
export const helpOfFileCommands = {
  validate: `rejot validate MANIFEST… [--strict] [--format plain|github|json]

Checks manifests and the SQL in them by their text alone; needs no database. Prints a line for each problem,
PATH:LINE:COLUMN: error: …, and exits 1 when one of them is an error.

  --strict   for a repository's own checks: warnings are errors, fields that nobody knows are told (names that begin
             with x- are your own), and passwords need not be set
  --format   plain, as editors and compilers have it; github, which shows problems beside the lines of a pull request;
             json, a line of JSON for each problem. --json is short for the last

  rejot validate --strict --format github accounts/rejot-manifest.json crm/rejot-manifest.json
`,
  fmt: `rejot fmt MANIFEST… [--check] [--json]

Prints manifests in their canonical form, into their own files: two spaces, LF, fields in the format's order, short
objects and lists in one line. Unknown fields stay, behind the known ones. A file that is canonical is not written.

  --check   writes nothing, tells which files would change, and exits 1 when there is one
  --json    a line of JSON for each file: {"path", "state", "problems"}, where state is formatted, differs, unchanged
            or unreadable

  rejot fmt --check accounts/rejot-manifest.json
`,
  schema: `rejot schema

Prints the JSON Schema of manifests. Editors complete and explain a manifest whose "$schema" names it:

  rejot schema > rejot-manifest.schema.json

and in the manifest beside it: "$schema": "./rejot-manifest.schema.json"
A new manifest that the window makes in the same repository names it by itself.
`,
  collect: `rejot collect MANIFEST… [FILE…] [--write | --check] [--database | --offline]
              [--run-typescript] [--extract FOLDER] [--json]

Compares manifests with the definition files of their schemas: those that they name as "definitionFile", and FILE.
Says what differs, and what would be wrong with the manifest then, at the place in the definition file.

  --write            takes it into the manifest: schemas that the files define, and what the files say of them.
                     All else stays, and each schema gets its "definitionFile"
  --database         also has the sources' servers read the SQL, and hold it against its contract; changes nothing there
  --check            the same, and exits 1 when anything differs
  --offline          with --check: without the sources' servers
  --run-typescript   also runs definition files that are programs (.ts, .js), in a process of their own that gets none
                     of your environment and may write no file. Do that for files that you trust
  --extract FOLDER   writes a SQL file for each schema that has no definition file; with --write the manifest names it
  --json             {"manifests": […], "extracted": […], "problems": […]}

A definition file in SQL:

  -- rejot: public schema publish-account 1.0
  -- data store: accounts-db
  -- key: id
  -- columns:
  --   id int4 not null -- never changes
  --   name text

  -- rejot: changes of account
  select id, name from account where id = :id;

and one that consumes it:

  -- rejot: consumer schema consume-account
  -- reads: publish-account 1 of accounts
  -- writes: billing-db

  -- rejot: insert or update
  insert into customer (id, name) values (:id, :name) on conflict (id) do update set name = excluded.name;

  -- rejot: delete
  delete from customer where id = :id;

In TypeScript: export default what createPublicSchema and createConsumerSchema of @rejot-dev/contract give.
Without MANIFEST, it is the rejot-manifest.json in the folder of FILE or above.
`,
  types: `rejot types MANIFEST… [--schema NAME]… [--json]

Prints a TypeScript interface for the rows of each public schema, of the highest minor of each major version: for
programs that read events, or fill the tables that rows arrive in.

  rejot types accounts/rejot-manifest.json --schema publish-account > accounts.ts
`,
  diff: `rejot diff MANIFEST… [--base FORMER]… [--state DIR] [--offline] [--json]

What starting these manifests would change, against what the state folder knows of former runs and what the sources'
servers say: slots and publications that would be made, rows that would be copied, consumers that are new or gone,
public schemas that a server refuses. Nothing is changed by asking.

  --base FORMER   also compares contracts with a former manifest: columns, types, keys, and which version that asks for
  --state DIR     the state folder; by default that of the first manifest
  --offline       asks no server
  --json          {"contracts": […], "steps": […]}

A line each: + new, ~ changed, - gone, ? not known, ! a problem. Exits 1 when there is a problem: a contract breaks
those who read it, or a server refuses something.

  git show main:rejot-manifest.json > /tmp/former.json
  rejot diff rejot-manifest.json --base /tmp/former.json
`,
  completion: `rejot completion bash|zsh|fish

Prints a script that completes commands and their options in that shell.

  rejot completion bash > ~/.local/share/bash-completion/completions/rejot
`,
} as const
