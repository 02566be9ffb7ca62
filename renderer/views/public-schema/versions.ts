import type { Version } from '../../../sync-core/domain/public-schema.ts'

/** `1.2` */
export function formatVersionOf({ major, minor }: Version): string {
  return `${major}.${minor}`
}
