import { toast } from 'sonner'
import { createStore } from 'zustand/vanilla'
import type { CheckStepView } from '../../main/contract/connection-check.ts'
import { type ConnectionForm, type DraftView, draftPrefix } from '../../main/contract/connection-edit.ts'
import type { ConnectionView, FailureView, VerbInput } from '../../main/contract/contract.ts'
import { type FormErrors, readForm } from '../../main/contract/read-form.ts'
import { replicationNames } from '../../sync-core/domain/connection.ts'
import type { Invoke } from '../bridge/invoke.ts'
import type { Listen } from '../bridge/listen.ts'
import type { AppStore } from './app-store.ts'
import { hidePassword, isHidden } from './hide-password.ts'
import type { LayoutStore } from './layout-store.ts'
import { checked, emptyForm, formOf, leadsElsewhere, withText } from './wizard-form.ts'

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

/** The form of one connection, new or changed, and its test. */
export interface WizardState {
  readonly draft: string
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
  readonly saving: boolean
  readonly failure: FailureView | undefined
}

export interface WizardStore {
  readonly store: ReturnType<typeof createWizardState>
  begin(): void
  edit(connection: ConnectionView): void
  /** Shows a kept draft again; returns whether there is such a one. */
  resume(id: string | null): boolean
  change(patch: Partial<ConnectionForm>): void
  type(password: string): void
  /** Reads a text while it is typed or when it is pasted; `hide` puts dots for its password at once. */
  paste(text: string, hide: boolean): Promise<void>
  /** Puts dots for the password of what was typed. */
  hidePasted(): void
  test(): Promise<void>
  stop(): void
  recheck(step: string): Promise<void>
  apply(step: CheckStepView, options: ApplyOptions): Promise<void>
  save(): Promise<void>
  /** Another workspace is open: its tab and form are not of it. */
  forget(): void
  /** Back to the list; the draft stays. */
  leave(): void
  /** Back to the list, and the draft goes; it can be taken back for a moment. */
  discard(): void
}

export interface ApplyOptions {
  readonly confirmed: boolean
  readonly administrator?: { readonly user: string; readonly password: string }
}

const createWizardState = () => createStore<{ readonly now: WizardState | undefined }>(() => ({ now: undefined }))
const keepAfterMs = 400

export function createWizardStore(deps: {
  invoke: Invoke
  listen: Listen
  app: AppStore
  layout: LayoutStore
}): WizardStore {
  const { invoke, app, layout } = deps
  const store = createWizardState()
  let timer: ReturnType<typeof setTimeout> | undefined
  let unkept = false
  let passwordUnkept = false

  const now = () => store.getState().now
  const set = (patch: Partial<WizardState>) => {
    const state = now()
    if (state !== undefined) store.setState({ now: { ...state, ...patch } })
  }
  const setTest = (patch: Partial<TestState>) => {
    const state = now()
    if (state !== undefined) set({ test: { ...state.test, ...patch } })
  }
  const open = (given: Pick<WizardState, 'draft' | 'form'> & Partial<WizardState>) => {
    flush()
    store.setState({ now: { ...blank, ...given } })
    layout.change({ draft: given.draft })
    layout.open('connection')
  }

  /** Keeps the draft; resolves when it is on disk. */
  const flush = async () => {
    clearTimeout(timer)
    timer = undefined
    const state = now()
    if (state === undefined || !unkept) return
    const { draft: id, connection, form, password, test } = state
    const withPassword = passwordUnkept
    unkept = false
    passwordUnkept = false
    await invoke('connection.saveDraft', {
      id,
      form,
      ...(connection === undefined ? {} : { connection: connection.id }),
      ...(withPassword ? { password } : {}),
      ...testedOf(test),
    })
  }
  const keepSoon = () => {
    unkept = true
    timer ??= setTimeout(() => void flush(), keepAfterMs)
  }
  window.addEventListener('pagehide', () => void flush())

  const changed = (patch: Partial<WizardState>) => {
    const state = now()
    if (state === undefined) return
    const next = { ...state, ...patch }
    const hadErrors = Object.keys(state.errors).length > 0
    store.setState({
      now: {
        ...next,
        failure: undefined,
        errors: hadErrors ? errorsOf(next) : {},
        test: { ...next.test, stale: next.test.state !== 'none' },
      },
    })
    keepSoon()
  }

  const cancel = () => {
    const state = now()
    if (state?.test.state === 'running') void invoke('connection.cancelCheck', { checkId: state.test.checkId })
  }

  const close = () => {
    cancel()
    store.setState({ now: undefined })
    layout.change({ draft: null })
    layout.open('connections')
    layout.close('connection')
  }

  /** Where a step changes and how the whole test ends. */
  const replaceSteps = (steps: readonly CheckStepView[]) => {
    const state = now()
    if (state === undefined) return
    const byId = new Map(state.test.steps.map((step) => [step.id, step]))
    for (const step of steps) byId.set(step.id, step)
    setTest({ steps: [...byId.values()] })
  }
  deps.listen('connection.step', ({ checkId, step }) => {
    if (now()?.test.checkId === checkId) replaceSteps([step])
  })

  const test = async () => {
    const state = now()
    if (state === undefined) return
    const errors = errorsOf(state)
    const read = readForm(state.form)
    if (!read.ok || Object.keys(errors).length > 0) return set({ errors })
    await flush()
    const checkId = crypto.randomUUID()
    const startedAt = performance.now()
    cancel()
    set({ errors: {}, failure: undefined, test: { ...noTest, checkId, state: 'running' } })
    const names = state.connection?.replication ?? replicationNames(mainManifest(app)?.slug ?? '', read.connection.slug)
    const answer = await invoke('connection.check', {
      checkId,
      purpose: state.form.use,
      ...(state.form.use === 'destination' ? {} : names),
      connection: { ...checked(read.connection), password: checkPassword(state) },
    })
    if (now()?.test.checkId !== checkId) return
    if (answer.ok) {
      replaceSteps(answer.value.steps)
      setTest({ cancelled: answer.value.cancelled })
    } else setTest({ failure: answer.failure })
    setTest({ state: 'ended', tookMs: performance.now() - startedAt })
    keepSoon()
  }

  return {
    store,
    begin: () => open({ draft: crypto.randomUUID(), form: emptyForm }),
    edit(connection) {
      const draft = app.getState().drafts.find((each) => each.connection === connection.id)
      if (draft !== undefined) return resumeDraft(draft)
      open({ draft: crypto.randomUUID(), connection, form: formOf(connection) })
    },
    resume(id) {
      const draft = app.getState().drafts.find((each) => each.id === id)
      if (draft !== undefined) resumeDraft(draft)
      return draft !== undefined
    },
    change: (patch) => {
      const state = now()
      if (state !== undefined) changed({ form: { ...state.form, ...patch } })
    },
    type(password) {
      passwordUnkept = true
      changed({ password, draftHasPassword: false })
    },
    async paste(text, hide) {
      // At once, because it is what is being typed.
      set({ pasted: { text, notes: [] } })
      const answer = await invoke('connection.readText', { text })
      const state = now()
      if (state?.pasted.text !== text) return
      if (!answer.ok) return set({ pasted: { text, notes: [answer.failure.message] } })
      const { form: kind, fields, notes } = answer.value
      const { form, filled } = withText(state.form, answer.value)
      const password = fields.password === undefined || isHidden(fields.password) ? undefined : fields.password
      if (password !== undefined) passwordUnkept = true
      const found = kind === undefined || filled === 0 ? {} : { found: foundWords(kind, filled) }
      changed({
        form,
        ...(password === undefined ? {} : { password, draftHasPassword: false }),
        pasted: { text: hide ? hidePassword(text, password) : text, ...found, notes },
      })
    },
    hidePasted() {
      const state = now()
      if (state === undefined) return
      set({ pasted: { ...state.pasted, text: hidePassword(state.pasted.text, state.password) } })
    },
    test,
    stop: cancel,
    async recheck(step) {
      const checkId = now()?.test.checkId ?? ''
      setTest({ busy: step })
      const answer = await invoke('connection.recheck', { checkId, step })
      if (now()?.test.checkId !== checkId) return
      if (answer.ok) replaceSteps(answer.value.steps)
      settle(step, answer.ok ? undefined : answer.failure)
    },
    async apply({ id: step, fix }, { confirmed, administrator }) {
      const checkId = now()?.test.checkId ?? ''
      setTest({ busy: step })
      const answer = await invoke('connection.applyFix', {
        checkId,
        step,
        statements: [...(fix?.statements ?? [])],
        confirmed,
        ...(administrator === undefined ? {} : { administrator }),
      })
      if (now()?.test.checkId !== checkId) return
      if (!answer.ok) return settle(step, answer.failure)
      replaceSteps(answer.value.steps)
      const { result } = answer.value
      settle(step, result.applied ? undefined : { message: result.message, solution: result.solution })
    },
    async save() {
      const state = now()
      if (state === undefined || state.saving) return
      const errors = errorsOf(state)
      if (Object.keys(errors).length > 0) return set({ errors })
      set({ saving: true, failure: undefined })
      clearTimeout(timer)
      timer = undefined
      unkept = false
      const answer = await invoke('connection.save', {
        draft: state.draft,
        form: state.form,
        ...(state.connection === undefined ? {} : { connection: state.connection.id }),
        password: savedPassword(state),
      })
      if (!answer.ok) {
        set({ saving: false, failure: answer.failure })
        // What was to be saved is kept all the same.
        return keepSoon()
      }
      close()
      layout.select({ kind: 'connection', id: answer.value.id })
      toast(`Saved ${state.form.slug}`)
    },
    forget() {
      if (now() === undefined) return
      clearTimeout(timer)
      timer = undefined
      unkept = false
      cancel()
      store.setState({ now: undefined })
      layout.close('connection')
    },
    leave() {
      void flush()
      close()
    },
    discard() {
      const state = now()
      clearTimeout(timer)
      timer = undefined
      const touched = unkept || app.getState().drafts.some(({ id }) => id === state?.draft)
      unkept = false
      close()
      if (state === undefined || !touched) return
      void invoke('connection.discardDraft', { id: state.draft })
      toast('Draft discarded', {
        duration: 8_000,
        action: {
          label: 'Undo',
          onClick: () => {
            open({ ...state, test: { ...state.test, stale: true } })
            passwordUnkept = state.password !== ''
            keepSoon()
          },
        },
      })
    },
  }

  function resumeDraft({ id, connection, form, hasPassword }: DraftView): void {
    const saved = app.getState().workspace?.connections.find((each) => each.id === connection)
    open({ draft: id, connection: saved, form, draftHasPassword: hasPassword })
  }

  function settle(step: string, failure: FailureView | undefined): void {
    const { busy: _, ...test } = now()?.test ?? noTest
    const { [step]: __, ...others } = test.refusals
    set({ test: { ...test, refusals: failure === undefined ? others : { ...others, [step]: failure } } })
    keepSoon()
  }
}

/** Whether a test that came to its end found something that does not work. */
export function hasFailed({ steps, failure }: Pick<TestState, 'steps' | 'failure'>): boolean {
  return failure !== undefined || steps.some(({ state }) => state === 'failed')
}

const noTest: TestState = {
  checkId: '',
  state: 'none',
  steps: [],
  tookMs: 0,
  cancelled: false,
  stale: false,
  refusals: {},
}

const blank = {
  connection: undefined,
  password: '',
  draftHasPassword: false,
  pasted: { text: '', notes: [] },
  errors: {},
  test: noTest,
  saving: false,
  failure: undefined,
} as const

function errorsOf({ form, connection, password, draftHasPassword }: WizardState): WizardState['errors'] {
  const read = readForm(form)
  const errors = read.ok ? {} : read.errors
  const needsOther = password === '' && !draftHasPassword && connection?.hasPassword === true
  if (!needsOther || !leadsElsewhere(connection, form)) return errors
  return { ...errors, password: 'It was typed for another place: type it again to send it to this one' }
}

/** The password that a test uses: what was typed, else what is kept with the draft or the connection. */
function checkPassword(state: WizardState): VerbInput<'connection.check'>['connection']['password'] {
  const { password, draft, draftHasPassword, connection } = state
  if (password !== '') return { from: 'typed', password }
  if (draftHasPassword) return { from: 'stored', connection: draftPrefix + draft }
  if (connection?.hasPassword) return { from: 'stored', connection: connection.id }
  return { from: 'none' }
}

function savedPassword(state: WizardState): VerbInput<'connection.save'>['password'] {
  if (state.password !== '') return { kind: 'typed', password: state.password }
  return state.draftHasPassword || state.connection?.password === 'kept' ? { kind: 'kept' } : { kind: 'none' }
}

/** Only where nothing was changed since. */
function testedOf(test: TestState): Pick<DraftView, 'tested'> {
  if (test.state !== 'ended' || test.stale || test.cancelled) return {}
  return { tested: hasFailed(test) ? 'failed' : 'passed' }
}

function foundWords(kind: string, filled: number): string {
  return `${kind}, ${filled} ${filled === 1 ? 'field' : 'fields'} filled in`
}

/** New connections are written into the manifest that was opened. */
function mainManifest(app: AppStore) {
  const workspace = app.getState().workspace
  return workspace?.manifests.find(({ path }) => path === workspace.summary.path)
}
