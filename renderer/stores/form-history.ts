import { sameForm } from './same-form.ts'

/** Forms as they were, so that a step can be taken back; SQL while it is typed has its editor's own. */
export interface FormHistory<Form> {
  readonly past: readonly Form[]
  readonly future: readonly Form[]
  /** Which fields the last step changed, and when; ms of any clock. */
  readonly last?: { readonly fields: string; readonly at: number }
}

export const noHistory: FormHistory<never> = { past: [], future: [] }

interface Edited<Form> {
  readonly form: Form
  readonly history: FormHistory<Form>
}

/** Typing in one field is one step as long as no pause is longer than this. */
const pauseMs = 1_000
const limit = 200

/** A form with a change; one that changes nothing leaves it as it is. Pure. */
export function changedForm<Form extends object>(
  { form, history }: Edited<Form>,
  patch: Partial<Form> | ((form: Form) => Partial<Form>),
  at: number,
): Edited<Form> {
  const given = typeof patch === 'function' ? patch(form) : patch
  const next = { ...form, ...given }
  if (sameForm(next, form)) return { form, history }
  const fields = Object.keys(given).sort().join(' ')
  const goesOn = history.last?.fields === fields && at - history.last.at < pauseMs
  const past = goesOn ? history.past : [...history.past, form].slice(-limit)
  return { form: next, history: { past, future: [], last: { fields, at } } }
}

/** Another form in its place, as one step. Pure. */
export function replacedForm<Form>({ form, history: { past } }: Edited<Form>, next: Form): Edited<Form> {
  return { form: next, history: { past: [...past, form].slice(-limit), future: [] } }
}

/** Pure. */
export function undoneForm<Form>({ form, history: { past, future } }: Edited<Form>): Edited<Form> {
  const former = past.at(-1)
  if (former === undefined) return { form, history: { past, future } }
  return { form: former, history: { past: past.slice(0, -1), future: [form, ...future] } }
}

/** Pure. */
export function redoneForm<Form>({ form, history: { past, future } }: Edited<Form>): Edited<Form> {
  const [next, ...rest] = future
  if (next === undefined) return { form, history: { past, future } }
  return { form: next, history: { past: [...past, form], future: rest } }
}
