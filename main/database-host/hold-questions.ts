import { Refusal } from '../ipc/refusal.ts'

/** What is under way, by the id that the window gave it. */
export interface HeldQuestions {
  /** Ends a former question of that id. Rejects with a Refusal when this one is ended before it is answered. */
  run<T>(question: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T>
  cancel(question: string): void
}

export function holdQuestions(): HeldQuestions {
  const running = new Map<string, AbortController>()
  const end = (question: string): void => running.get(question)?.abort(ended())
  return {
    async run(question, ask) {
      end(question)
      const own = new AbortController()
      running.set(question, own)
      try {
        return await ask(own.signal)
      } finally {
        if (running.get(question) === own) running.delete(question)
      }
    },
    cancel: end,
  }
}

function ended(): Refusal {
  return new Refusal({ message: 'This was called off', solution: 'Ask it again.' })
}
