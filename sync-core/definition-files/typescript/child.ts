import { exportSchemas } from './export-schemas.ts'

/** Runs in a process of its own: imports the file that is named on the command line, and tells the parent its schemas. */
const [path = ''] = process.argv.slice(2)
process.send?.(await exportSchemas(path), () => process.exit(0))
