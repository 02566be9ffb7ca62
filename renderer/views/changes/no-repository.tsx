import type { FailureView } from '../../../main/contract/contract.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { useProgram } from '../../stores/program.ts'
import type { RepositoryAnswer } from '../../stores/repository-store.ts'
import { ExportMenu } from './export-menu.tsx'

interface NoRepositoryProps {
  readonly answer: Extract<RepositoryAnswer, { kind: 'none' }>
  readonly failure: FailureView | undefined
}

export function NoRepository({ answer: { folder }, failure }: NoRepositoryProps) {
  const { repository: git } = useProgram()
  return (
    <>
      <h1 className="visually-hidden">Changes</h1>
      <EmptyState
        title="This workspace is in no git repository"
        sentence={`Contracts are reviewed like code: with a history of who changed what, and why. ${folder} can become one.`}
      >
        <Button kind="primary" onClick={() => void git.act('Making a repository', 'repository.init', undefined)}>
          Make it a repository
        </Button>
        <ExportMenu />
      </EmptyState>
      {failure !== undefined && (
        <div className="changes-failure">
          <FailureNote failure={failure} />
        </div>
      )}
    </>
  )
}
