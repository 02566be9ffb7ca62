export interface FoundSecret {
  readonly path: string
  /** 1-based, in the file as it is now. */
  readonly line: number
  /** `a password`, never what it is. */
  readonly what: string
}

/** What gives a secret away. A manifest says `"${env:REJOT_…}"` instead, which is none. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/"(password|passwd|pwd|secret|token|api_?key)"\s*:\s*"(?!\$\{env:)[^"]+"/i, 'a password'],
  [/\b[a-z][a-z0-9+]*:\/\/[^\s:/@"']+:(?!\$\{)[^\s@"']+@/i, 'an address with a password'],
  [/\bpassword\s*=\s*(?!\$\{)('[^']+'|[^\s'";]+)/i, 'a password'],
  [/\bpassword\s+'[^']+'/i, 'a password'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\b(ghp|gho|ghs|github_pat|glpat|xox[abp])[-_][A-Za-z0-9_-]{16,}/, 'an access token'],
  [/\bAKIA[0-9A-Z]{16}\b/, 'an access key'],
]

/** Secrets in the lines of a file that its committed state does not have. Pure; says where, not what. */
export function findSecrets(path: string, before: string, after: string): readonly FoundSecret[] {
  const known = new Set(before.split(/\r?\n/))
  return after.split(/\r?\n/).flatMap((text, index) => {
    if (known.has(text)) return []
    const what = patterns.find(([pattern]) => pattern.test(text))?.[1]
    return what === undefined ? [] : [{ path, line: index + 1, what }]
  })
}
