import type { Settings } from './settings.ts'

export interface Author {
  readonly name: string
  readonly email: string
}

/** Who commits, as git would know it; `undefined` where it would ask. */
export async function knownAuthor(settings: Settings): Promise<Author | undefined> {
  const { GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL } = process.env
  const name = GIT_AUTHOR_NAME ?? (await settings.value('user.name'))
  const email = GIT_AUTHOR_EMAIL ?? (await settings.value('user.email'))
  return name === undefined || email === undefined || name === '' || email === '' ? undefined : { name, email }
}
