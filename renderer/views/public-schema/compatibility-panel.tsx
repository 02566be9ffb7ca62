import { Comparison } from './comparison.tsx'
import { useEditing, useEditor } from './editing.ts'
import { formatVersionOf } from './versions.ts'

/** Beside what is saved: what changes, which version says so, and who breaks. */
export function CompatibilityPanel() {
  const { base, form } = useEditing().draft
  const comparison = useEditor((state) => state.comparison)
  if (base === undefined)
    return (
      <p className="publish-note">
        Nothing is saved of it yet: it begins as {formatVersionOf(form)}, and nobody reads it.
      </p>
    )
  if (comparison === undefined) return <p className="publish-note">It is compared once its SQL can be read.</p>
  const { needs, version, consumers } = comparison
  const readers =
    consumers.length === 1
      ? 'One consumer of the workspace reads it.'
      : `${consumers.length === 0 ? 'No' : consumers.length} consumers of the workspace read it.`
  return (
    <div className="publish-compare">
      <p>
        {needs === 'nothing' && (
          <>
            The contract is what {formatVersionOf(base)} promises. {readers}
          </>
        )}
        {needs === 'minor' && (
          <>
            Whoever reads {formatVersionOf(base)} can go on, so this becomes <strong>{formatVersionOf(version)}</strong>
            . {readers}
          </>
        )}
        {needs === 'major' && (
          <>
            Consumers may rely on what changes, so this becomes <strong>{formatVersionOf(version)}</strong>, beside{' '}
            {formatVersionOf(base)}, which goes on until it is retired. {readers}
          </>
        )}
      </p>
      <Comparison comparison={comparison} />
    </div>
  )
}
