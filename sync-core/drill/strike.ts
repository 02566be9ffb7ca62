import { setTimeout as pause } from 'node:timers/promises'
import { callEngine } from '../api/call-engine.ts'
import type { EngineProcess } from '../testing/engine-process.ts'
import { consumerIdOf, type PipelineSetting } from '../testing/pipeline-setting.ts'
import type { TestDatabase } from '../testing/test-database.ts'
import type { Fault } from './faults.ts'
import type { Ground } from './ground.ts'
import type { DatabaseName } from './shop.ts'

/** The machine may be slow; only an upper limit. */
const startMs = 120_000

/** The engine of a round: another process after each kill. */
export interface Engine {
  readonly now: EngineProcess
  /** Ends it with the signal and starts the next one. Throws when it had ended before, or says that something is wrong. */
  replace(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Resolves once it has said that; throws as `check` does, or when it takes too long. */
  said(event: 'started' | 'ready'): Promise<void>
  /** Throws when it has ended, halted something or set a row aside: nothing here gives a reason for that. */
  check(): void
}

export function startEngine(setting: PipelineSetting<DatabaseName>): Engine {
  let now = setting.startProcess()
  const lastWords = (): string => now.errors().slice(-2_000)
  const check = (): void => {
    if (!now.isRunning) throw new Error(`The engine ended by itself: ${lastWords()}`)
    const complaint = now.lines.find(({ event }) => event === 'halted' || event === 'dead-letter')
    if (complaint !== undefined) throw new Error(`The engine said ${JSON.stringify(complaint)}\n${lastWords()}`)
  }
  return {
    get now() {
      return now
    },
    check,
    async said(event) {
      await now.said(event, startMs).catch((error: unknown) => {
        check()
        throw error
      })
    },
    async replace(signal) {
      check()
      const ended = await now.signal(signal)
      if (signal === 'SIGTERM' && ended !== 0) {
        throw new Error(`The engine ended with ${ended} when told to stop: ${lastWords()}`)
      }
      now = setting.startProcess()
    },
  }
}

export interface Target {
  readonly ground: Ground
  readonly setting: PipelineSetting<DatabaseName>
  readonly engine: Engine
}

/** Lets a fault strike. Returns when it is over: what was stopped goes on, what was crashed is up again. */
export async function strike(fault: Fault, { ground, setting, engine }: Target): Promise<void> {
  const { stateDir } = setting.workspace
  switch (fault.kind) {
    case 'kill':
      await engine.replace('SIGKILL')
      return fault.until === 'at once' ? undefined : engine.said(fault.until)
    case 'restart':
      // Before it has said so it knows no order to stop.
      await engine.said('started')
      return engine.replace('SIGTERM')
    case 'freeze':
      process.kill(engine.now.pid, 'SIGSTOP')
      await pause(fault.ms)
      process.kill(engine.now.pid, 'SIGCONT')
      return
    case 'late':
      await waitForStandby(setting.databases.shop, "'nobody'")
      await pause(fault.ms)
      try {
        if (fault.kill) await engine.replace('SIGKILL')
      } finally {
        await waitForStandby(setting.databases.shop, 'default')
      }
      return
    case 'crash':
      return ground.places[fault.of].server.restart('immediate')
    case 'terminate':
      return attempt(
        setting.databases[fault.of].query(`${sessionsSql} ${fault.one ? 'order by random() limit 1' : ''}) engine`),
      )
    case 'cut':
      return ground.places[fault.of].proxy.cut()
    case 'half-close':
      return ground.places[fault.of].proxy.halfClose()
    case 'stall':
      ground.places[fault.of].proxy.pause()
      await pause(fault.ms)
      return ground.places[fault.of].proxy.restore()
    case 'refuse':
      ground.places[fault.of].proxy.refuse()
      await pause(fault.ms)
      return ground.places[fault.of].proxy.restore()
    case 'pause':
    case 'resume':
      return attempt(callEngine(stateDir, fault.kind, { consumer: consumerIdOf(fault.consumer) }))
    case 'copy-again':
      return attempt(callEngine(stateDir, 'backfill', { schema: fault.schema }))
  }
}

/** Nobody sees what is committed until a standby has it that is not there. ALTER SYSTEM takes no part in a transaction. */
async function waitForStandby({ query }: TestDatabase, name: "'nobody'" | 'default'): Promise<void> {
  await query(`alter system set synchronous_standby_names = ${name}`)
  await query('select pg_reload_conf()')
}

/** To be closed with `) engine`. */
const sessionsSql = `select pg_terminate_backend(pid) from (
  select pid from pg_stat_activity where application_name like 'ReJot%' and datname = current_database()`

/** The engine may be on its way up, and then hears nothing. */
async function attempt(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined)
}
