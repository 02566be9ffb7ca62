import { ObjectIcon } from '../../components/object-icon.tsx'
import type { Selection } from '../../stores/layout-store.ts'
import { useProgram } from '../../stores/program.ts'

/** Another object by name; selects it. */
export function ObjectLink({ selection, name }: { selection: Selection; name: string }) {
  const { layout } = useProgram()
  return (
    <button type="button" className="object-link" onClick={() => layout.select(selection)}>
      <ObjectIcon kind={selection.kind} /> <span className="ellipsis">{name}</span>
    </button>
  )
}
