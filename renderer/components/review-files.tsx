import type { ReviewedFile } from '../../main/contract/review.ts'
import { DiffView } from './diff-view.tsx'

const maxHeightPx = 420

/** Files as they are and as they would be, before anything is written. */
export function ReviewFiles({ files }: { files: readonly ReviewedFile[] }) {
  return (
    <div className="reviewed-files">
      {files.map(({ path, before, after }) => (
        <section key={path} className="reviewed-file" aria-label={path}>
          <header>
            <h3 className="grow ellipsis selectable">{path}</h3>
            <span className="muted">{wordOf(before, after)}</span>
          </header>
          {before === undefined ? (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and is reached by Tab like the diffs
            <pre className="added-lines selectable" tabIndex={0}>
              {after}
            </pre>
          ) : (
            <DiffView
              before={before}
              after={after ?? ''}
              language={path.endsWith('.sql') ? 'sql' : 'text'}
              label={`Changes of ${path}`}
              maxHeightPx={maxHeightPx}
            />
          )}
        </section>
      ))}
    </div>
  )
}

function wordOf(before: string | undefined, after: string | undefined): string {
  if (before === undefined) return 'New'
  return after === undefined ? 'Removed' : 'Changed'
}
