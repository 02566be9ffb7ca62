import { openFileJournal } from './file-journal.ts'

/* Changes files through a journal, the first of them being new, for a test that kills it in the middle. */
const [journalPath = '', ...paths] = process.argv.slice(2)
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const changes = paths.map((path, index) => ({ path, before: index === 0 ? undefined : 'before', after: 'after' }))
await openFileJournal(journalPath, silent).replace(changes)
