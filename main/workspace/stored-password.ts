import { type Connection, isSameTarget, targetOf } from '../../sync-core/domain/connection.ts'
import type { ConnectionDraft } from '../contract/connection-check.ts'
import { Refusal } from '../ipc/refusal.ts'

/**
 * The password of a saved connection for a draft of it. A secret is bound to where it goes and who it is: it is not
 * sent to another host, port, database or user, nor under another TLS mode. Throws a Refusal then, and where there is no such connection.
 */
export function storedPassword(
  saved: Connection | undefined,
  draft: Omit<ConnectionDraft, 'password'>,
): string | undefined {
  if (saved === undefined) {
    throw new Refusal({
      message: `Cannot use the stored password of ${draft.slug}: the workspace has no such connection`,
      solution: 'Type the password.',
    })
  }
  if (isSameTarget(targetOf(saved), targetOf(draft))) return saved.password
  throw new Refusal({
    message: `Cannot use the stored password of ${saved.slug}: it was stored for another host, port, database, user or TLS setting`,
    solution: 'Type the password to send it there.',
  })
}
