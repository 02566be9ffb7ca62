import type { ReactNode } from 'react'
import type { FailureView } from '../../main/contract/contract.ts'
import type { Failure } from '../../sync-core/domain/failure.ts'
import { ErrorBlock } from './error-block.tsx'

/** What main answered to something a person asked for. */
export function FailureNote({ failure, children }: { failure: FailureView; children?: ReactNode }) {
  const details = failure.details === undefined ? [] : [['Words', failure.details] as const]
  return (
    <ErrorBlock message={failure.message} solution={failure.solution} details={details}>
      {children}
    </ErrorBlock>
  )
}

/** Why the engine retries or halts something. */
export function EngineFailure({ failure, children }: { failure: Failure; children?: ReactNode }) {
  const { message, solution, kind, policy, object, sqlstate, position } = failure
  return (
    <ErrorBlock
      message={message}
      solution={solution}
      details={[
        ['Object', object],
        ['Kind', kind],
        ['Policy', policies[policy]],
        ...(sqlstate === undefined ? [] : [['SQLSTATE', sqlstate] as const]),
        ...(position === undefined ? [] : [['Position', `character ${position} of the SQL`] as const]),
      ]}
    >
      {children}
    </ErrorBlock>
  )
}

const policies: Readonly<Record<Failure['policy'], string>> = {
  retry: 'tried again until it works',
  halt: 'stopped until a person acts',
  'dead-letter': 'the row is set aside, the others go on',
}
