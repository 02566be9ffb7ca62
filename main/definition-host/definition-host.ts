import { z } from 'zod'
import { exportSchemas } from '../../sync-core/definition-files/typescript/export-schemas.ts'

/** Runs one definition file that is a program, tells what it exports, and ends. The file may do what it likes with this process. */
process.parentPort.once('message', ({ data }: { data: unknown }) => {
  void run(z.object({ path: z.string() }).parse(data).path)
})

async function run(path: string): Promise<void> {
  const { parentPort } = process
  parentPort.postMessage(await exportSchemas(path))
}
