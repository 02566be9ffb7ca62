import { describe } from '../log-file.ts'
import { resetSample } from '../sample/reset-sample.ts'
import { type RunningSample, startSample } from '../sample/start-sample.ts'
import { type MainToSample, mainToSample, type SampleToMain } from './sample-messages.ts'

/* Entry of the sample's process: does what main tells it by message. */

const post = (message: SampleToMain) => process.parentPort.postMessage(message)

let sample: RunningSample | undefined
let last: Promise<void> = Promise.resolve()

process.parentPort.on('message', ({ data }) => {
  const parsed = mainToSample.safeParse(data)
  if (!parsed.success) return log('warn', 'Cannot read a message of main: it is not what was agreed')
  // In order: a stop that comes while the databases start waits for them, so that none is left behind.
  last = last
    .then(() => obey(parsed.data))
    .catch((error: unknown) => log('error', `Cannot ${parsed.data.type} (${describe(error)})`))
})
process.on('uncaughtException', (error) => {
  log('error', `Uncaught (${describe(error)})`)
})

async function obey(message: MainToSample): Promise<void> {
  switch (message.type) {
    case 'start':
      return start(message)
    case 'pauseWriter':
      await sample?.writer.pause()
      return post({ type: 'writer', state: 'paused' })
    case 'resumeWriter':
      sample?.writer.resume()
      return post({ type: 'writer', state: 'running' })
    case 'stop':
      await sample?.stop()
      process.exit(0)
  }
}

async function start({ folder, templateFolder, fresh }: Extract<MainToSample, { type: 'start' }>): Promise<void> {
  try {
    if (fresh) await resetSample(folder)
    sample = await startSample({ folder, templateFolder, onStep: (progress) => post({ type: 'step', progress }) })
    const { manifestPath, stateDir, env, writer } = sample
    post({ type: 'ready', manifestPath, stateDir, secrets: { ...env }, rate: writer.rate })
  } catch (error) {
    log('error', `Cannot start the sample (${describe(error)})`)
    post({ type: 'failed', failure: failureOf(error) })
  }
}

/** Our own errors say "Cannot …" and then the server's words, which hold no row; other messages are not shown. */
function failureOf(error: unknown) {
  const [first = '', ...rest] = error instanceof Error ? error.message.split('\n') : []
  const ours = first.startsWith('Cannot ')
  return {
    message: ours ? first : 'Cannot start the sample databases',
    solution: 'Try again; if it stays, reset the sample.',
    ...(ours && rest.length > 0 ? { details: rest.join('\n') } : { details: describe(error) }),
  }
}

function log(level: 'info' | 'warn' | 'error', message: string): void {
  post({ type: 'log', level, message })
}
