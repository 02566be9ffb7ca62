import { Worker } from 'node:worker_threads'
import type { BehindPosition, PositionQuestion } from '../domain/behind-position.ts'
import type { EventDetail, EventFilter, EventPageRequest, EventPageResult, Histogram } from '../domain/event-reader.ts'
import { FailureError } from '../domain/failure.ts'
import type { ReaderAnswer, ReaderCall, ReaderError } from './reader-messages.ts'

/** `EventReader` in a thread of its own. */
export interface EventReaderConnection {
  page(request: EventPageRequest): Promise<EventPageResult>
  detail(offset: number): Promise<EventDetail | undefined>
  behind(question: PositionQuestion): Promise<BehindPosition | undefined>
  histogram(filter: EventFilter, from: number, to: number, buckets: number): Promise<Histogram>
  /** Ends the thread; what was asked and not answered rejects. */
  close(): Promise<void>
}

export interface EventReaderConnectionDeps {
  readonly stateDir: string
  /** `event-reader.worker.ts`, or what a bundler made of it. */
  readonly workerUrl: URL
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** Questions waiting for an answer; more means that nobody reads the answers. */
const waitingLimit = 1_000

/** Starts the thread. Its promises reject with the reader's FailureError, or with an Error when the thread has ended. */
export function connectEventReader({ stateDir, workerUrl }: EventReaderConnectionDeps): EventReaderConnection {
  const worker = new Worker(workerUrl, { workerData: { stateDir }, name: 'event-reader' })
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let ended: Error | undefined

  const end = (error: Error) => {
    ended ??= error
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  worker.on('message', (answer: ReaderAnswer) => {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (answer.ok) asked?.resolve(answer.value)
    else asked?.reject(toError(answer.error))
  })
  worker.on('error', (cause) => end(new Error('Cannot read events: the reading thread failed', { cause })))
  worker.on('exit', () => end(new Error('Cannot read events: the reading thread has ended')))
  // The process may end while it waits for questions.
  worker.unref()

  const ask = <Result>(call: ReaderCall): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended)
      if (waiting.size >= waitingLimit) return reject(new Error('Cannot read events: too many questions are waiting'))
      lastId += 1
      // The edge of the thread: what comes back is what `answerCall` gave for this very method.
      waiting.set(lastId, { resolve: (value) => resolve(value as Result), reject })
      worker.postMessage({ ...call, id: lastId })
    })

  return {
    page: (request) => ask({ method: 'page', args: [request] }),
    detail: (offset) => ask({ method: 'detail', args: [offset] }),
    behind: (question) => ask({ method: 'behind', args: [question] }),
    histogram: (filter, from, to, buckets) => ask({ method: 'histogram', args: [filter, from, to, buckets] }),
    close: async () => {
      await worker.terminate()
    },
  }
}

function toError(error: ReaderError): Error {
  return 'failure' in error ? new FailureError(error.failure) : new Error(error.message)
}
