/** Help for the commands that work on the files of a repository. */
export const helpOfFileCommands = {
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
`,
} as const
