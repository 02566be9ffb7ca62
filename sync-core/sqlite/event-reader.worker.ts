import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import type { EventReader } from '../domain/event-reader.ts'
import { FailureError } from '../domain/failure.ts'
import { openEventReader } from './open-event-reader.ts'
import { answerCall, type ReaderAnswer, type ReaderRequest } from './reader-messages.ts'

// A thread of its own: a search over a large store must not hold the loop that follows a source.
const { stateDir } = z.object({ stateDir: z.string() }).parse(workerData)
let reader: EventReader | undefined

parentPort?.on('message', (request: ReaderRequest) => {
  parentPort?.postMessage(answer(request))
})

function answer(request: ReaderRequest): ReaderAnswer {
  try {
    // Opened by the first question: until then there may be no store, and asking again later must work.
    reader ??= openEventReader({ stateDir })
    return { id: request.id, ok: true, value: answerCall(reader, request) }
  } catch (error) {
    return { id: request.id, ok: false, error: toReaderError(error) }
  }
}

function toReaderError(error: unknown) {
  if (error instanceof FailureError) return { failure: error.failure }
  return { message: error instanceof Error ? error.message : String(error) }
}
