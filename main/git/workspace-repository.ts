import type { CommitRequest } from './check-commit.ts'
import type { FileVersions } from './file-versions.ts'
import type { Repository } from './open-repository.ts'
import type { RepositoryState } from './read-repository.ts'

export interface WorkspaceState extends RepositoryState {
  readonly branches: readonly string[]
  /** Whether the person's own git does it all; if not, what is read and committed is all there is. */
  readonly hasGit: boolean
  /** Whether a commit must say who makes it, as no setting does. */
  readonly asksAuthor: boolean
}

/** A repository as the window works with it, whoever does the work. All of it rejects with a Refusal. */
export interface WorkspaceRepository {
  read(manifestPaths: readonly string[]): Promise<WorkspaceState>
  versions(path: string): Promise<FileVersions>
  commit(request: CommitRequest): Promise<void>
  /** What only the person's own git can do; refused where there is none. */
  withGit<Result>(work: (repository: Repository) => Promise<Result>): Promise<Result>
}
