interface ChoiceProps<Id extends string> {
  readonly label: string
  readonly choices: readonly { readonly id: Id; readonly name: string; readonly says?: string }[]
  readonly chosen: Id
  readonly onChoose: (id: Id) => void
}

/** One of a few, and what that means. */
export function Choice<Id extends string>({ label, choices, chosen, onChoose }: ChoiceProps<Id>) {
  const says = choices.find(({ id }) => id === chosen)?.says
  return (
    <fieldset className="form-field">
      <legend className="form-label">{label}</legend>
      <div className="segments segments-wide">
        {choices.map(({ id, name }) => (
          <button key={id} type="button" aria-pressed={id === chosen} onClick={() => onChoose(id)}>
            {name}
          </button>
        ))}
      </div>
      {says !== undefined && <p className="form-hint">{says}</p>}
    </fieldset>
  )
}
