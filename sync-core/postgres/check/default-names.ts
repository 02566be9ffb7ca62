import type { CheckRequest } from '../../domain/connection-check.ts'

/** As the request has them, else made of the connection's slug, of what both kinds of name allow. */
export function publicationNameOf({ publicationName, connection }: CheckRequest): string {
  return publicationName ?? ownName(connection.slug)
}

export function slotNameOf({ slotName, connection }: CheckRequest): string {
  return slotName ?? ownName(connection.slug)
}

function ownName(slug: string): string {
  return `rejot_${slug.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`.slice(0, 63)
}
