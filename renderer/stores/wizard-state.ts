import { createStore } from 'zustand/vanilla'
import type { CheckStepView } from '../../main/contract/connection-check.ts'
import { type ConnectionForm, type ConnectionReview, draftPrefix } from '../../main/contract/connection-edit.ts'
import type { ConnectionView, FailureView, VerbInput } from '../../main/contract/contract.ts'
import { type FormErrors, readForm } from '../../main/contract/read-form.ts'
import { leadsElsewhere } from './wizard-form.ts'

/** What was pasted, without its password, and what came of it. */
export interface Pasted {
  readonly text: string
  /** `Connection URL, 7 fields filled in` */
  readonly found?: string
  readonly notes: readonly string[]
}

export interface TestState {
  readonly checkId: string
  readonly state: 'none' | 'running' | 'ended'
  readonly steps: readonly CheckStepView[]
  readonly tookMs: number
  /** A person ended it before its end. */
  readonly cancelled: boolean
  /** The test itself could not be made. */
  readonly failure?: FailureView
  /** Something was changed since. */
  readonly stale: boolean
  /** A step whose SQL runs, or that is asked again. */
  readonly busy?: string
  /** What the server said to the SQL of a step. */
  readonly refusals: Readonly<Record<string, FailureView>>
}

/** The form of one connection, new or changed, its test, and what saving it would write. */
export interface WizardState {
  readonly draft: string
  /** The screen that it was begun from, and goes back to. */
  readonly back: 'overview' | 'connections'
  /** The saved connection that is changed. */
  readonly connection: ConnectionView | undefined
  readonly form: ConnectionForm
  /** Typed in this window; empty while the kept one is meant. */
  readonly password: string
  /** Main keeps one with the draft. */
  readonly draftHasPassword: boolean
  readonly pasted: Pasted
  /** Shown once somebody tried to go on. */
  readonly errors: FormErrors & { readonly password?: string }
  readonly test: TestState
  /** While it is looked at what would be written. */
  readonly review: ConnectionReview | undefined
  readonly saving: boolean
  readonly failure: FailureView | undefined
}

/** The form that is open, as its parts read and change it. */
export interface WizardCell {
  readonly store: ReturnType<typeof createWizardState>
  now(): WizardState | undefined
  /** Nothing happens while no form is open. */
  set(patch: Partial<WizardState>): void
}

const createWizardState = () => createStore<{ readonly now: WizardState | undefined }>(() => ({ now: undefined }))

export function createWizardCell(): WizardCell {
  const store = createWizardState()
  const now = () => store.getState().now
  return {
    store,
    now,
    set(patch) {
      const state = now()
      if (state !== undefined) store.setState({ now: { ...state, ...patch } })
    },
  }
}

export const noTest: TestState = {
  checkId: '',
  state: 'none',
  steps: [],
  tookMs: 0,
  cancelled: false,
  stale: false,
  refusals: {},
}

export const blankWizard = {
  back: 'connections',
  connection: undefined,
  password: '',
  draftHasPassword: false,
  pasted: { text: '', notes: [] },
  errors: {},
  test: noTest,
  review: undefined,
  saving: false,
  failure: undefined,
} as const

/** Whether a test that came to its end found something that does not work. */
export function hasFailed({ steps, failure }: Pick<TestState, 'steps' | 'failure'>): boolean {
  return failure !== undefined || steps.some(({ state }) => state === 'failed')
}

/** What is wrong with the form, by field. Pure. */
export function errorsOf({ form, connection, password, draftHasPassword }: WizardState): WizardState['errors'] {
  const read = readForm(form)
  const errors = read.ok ? {} : read.errors
  const needsOther = password === '' && !draftHasPassword && connection?.hasPassword === true
  if (!needsOther || !leadsElsewhere(connection, form)) return errors
  return { ...errors, password: 'It was typed for another place: type it again to send it to this one' }
}

/** The password that a test uses: what was typed, else what is kept with the draft or the connection. */
export function checkPassword(state: WizardState): VerbInput<'connection.check'>['connection']['password'] {
  const { password, draft, draftHasPassword, connection } = state
  if (password !== '') return { from: 'typed', password }
  if (draftHasPassword) return { from: 'stored', connection: draftPrefix + draft }
  if (connection?.hasPassword) return { from: 'stored', connection: connection.id }
  return { from: 'none' }
}

/** The password that is saved, likewise. */
export function savedPassword(state: WizardState): VerbInput<'connection.save'>['password'] {
  if (state.password !== '') return { kind: 'typed', password: state.password }
  return state.draftHasPassword || state.connection?.password === 'kept' ? { kind: 'kept' } : { kind: 'none' }
}
