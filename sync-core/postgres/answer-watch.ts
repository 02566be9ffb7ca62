import pg from 'pg'

export interface AnswerWatchOptions {
  /** How the watched session was made; the probe is made in the same way. */
  readonly config: pg.ClientConfig
  /** How long an answer may take before somebody looks; then again and again. */
  readonly patienceMs: number
  /** The connection leads nowhere any more. */
  readonly onDead: () => void
}

export interface AnswerWatch {
  /** Called with each statement that is sent; the answer must then be told by the function that it returns. */
  asked(): () => void
  stop(): void
}

/** `undefined`: there is no such session any more. */
type SessionState = 'working' | 'idle' | undefined

/** Where a server does not track what its sessions do, or does not tell us, they count as working. */
const lookSql = `select case when state like 'idle%' then 'idle' else 'working' end from pg_stat_activity where pid = $1`

/**
 * Tells a statement that takes long from a connection that leads nowhere: a firewall that has forgotten it, a cable, a
 * laptop that slept. The socket says nothing of that for hours, so the server is asked, over a second connection,
 * whether it is at work for this session. Only when it says twice in a row that it is not, or when nothing is to be
 * reached at all, the session is given up, and its transaction at the server is ended, because it holds locks that our
 * next session waits for.
 */
export async function watchAnswers(client: pg.Client, options: AnswerWatchOptions): Promise<AnswerWatch> {
  const { patienceMs, onDead, config } = options
  // Behind a pooler the driver's own number is another's.
  const pid = await backendPid(client)
  let waiting = 0
  let answers = 0
  let answersSeen = 0
  let suspicions = 0
  let looking = false
  let stopped = false

  const look = async (): Promise<void> => {
    if (waiting === 0 || answers !== answersSeen) {
      answersSeen = answers
      suspicions = 0
      return
    }
    const state = await lookAt(pid, config)
    if (stopped || answers !== answersSeen) return
    suspicions = state === 'working' ? 0 : suspicions + 1
    if (suspicions < 2) return
    await endSession(pid, config)
    if (!stopped && answers === answersSeen) onDead()
  }
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    look().finally(() => {
      looking = false
    })
  }, patienceMs)
  timer.unref()

  return {
    asked() {
      waiting += 1
      return () => {
        waiting -= 1
        answers += 1
      }
    },
    stop() {
      stopped = true
      clearInterval(timer)
    },
  }
}

async function backendPid(client: pg.Client): Promise<string> {
  const { rows } = await client.query<[string]>({ text: 'select pg_backend_pid()::text', rowMode: 'array' })
  return rows[0]?.[0] ?? ''
}

/** A server that refuses the probe in words is there, and gets the benefit of the doubt. */
async function lookAt(pid: string, config: pg.ClientConfig): Promise<SessionState> {
  try {
    const [row] = await probe(config, lookSql, [pid])
    return row?.[0] as SessionState
  } catch (error) {
    return isRefusal(error) ? 'working' : undefined
  }
}

async function endSession(pid: string, config: pg.ClientConfig): Promise<void> {
  await probe(config, 'select pg_terminate_backend($1)', [pid]).catch(() => {})
}

async function probe(config: pg.ClientConfig, text: string, values: readonly string[]): Promise<string[][]> {
  const client = new pg.Client({ ...config, application_name: 'ReJot probe', query_timeout: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const result = await client.query<string[]>({ text, values: [...values], rowMode: 'array' })
    return result.rows
  } finally {
    // A connection that leads nowhere does not end in order either.
    void client.end().catch(() => {})
  }
}

function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E') && !code.startsWith('08')
}
