import type { SchemaReview } from '../../main/contract/schema-edit.ts'
import { Effects } from './effects.tsx'
import { ErrorBlock } from './error-block.tsx'
import { ReviewFiles } from './review-files.tsx'
import { SqlText } from './sql-text.tsx'

/** What stops it, what comes of it, what runs and what is written, in this order. */
export function ReviewBody({ review: { problems, effects, statements, files } }: { review: SchemaReview }) {
  return (
    <>
      {problems.map(({ message, solution }) => (
        <ErrorBlock key={message} message={message} solution={solution} />
      ))}
      {effects.length > 0 && <Effects effects={effects} />}
      {statements.map(({ connection, sql }) => (
        <section key={sql} className="review-part" aria-label={`Runs at ${connection}`}>
          <h2>Runs at {connection} first</h2>
          <SqlText sql={sql} />
        </section>
      ))}
      {files.length > 0 && (
        <section className="review-part" aria-label="Files">
          <h2>Files</h2>
          <ReviewFiles files={files} />
        </section>
      )}
    </>
  )
}
