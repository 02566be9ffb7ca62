import type { PublicSchema } from '../domain/public-schema.ts'

/** Whether a manifest may consume a public schema. Its own manifest always may. */
export function mayConsume({ manifest, access }: Pick<PublicSchema, 'manifest' | 'access'>, consumer: string): boolean {
  if (access === undefined || consumer === manifest) return true
  return access.some((pattern) => matchesSlug(pattern, consumer))
}

/** `*` stands for any text without a slash: `@harbor/*` is every manifest of harbor, `*` one without an owner. */
export function matchesSlug(pattern: string, slug: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^/]*')}$`).test(slug)
}
