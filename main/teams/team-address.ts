/** What an address of a repository may look like, and what it is called. */
export type TeamAddress =
  | { readonly ok: true; readonly address: string; readonly name: string }
  | { readonly ok: false; readonly fault: string }

const schemes = /^(https?|ssh|git|file):\/\/(.+)$/i
const likeScp = /^\w[\w.-]*@\w[\w.-]*:(?!\/\/).+$/

/**
 * Addresses that git fetches from without running a program that the address names: URLs, `git@host:path`, and folders. One
 * with a password in it is refused, since the list of them is committed. Pure.
 */
export function readTeamAddress(typed: string): TeamAddress {
  const address = typed.trim()
  if (address === '') return { ok: false, fault: 'it is empty' }
  if (address.length > 2_000 || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(address)) {
    return { ok: false, fault: 'it holds characters that no address has' }
  }
  const url = schemes.exec(address)
  if (url !== null && /^[^/@]*:[^/@]*@/.test(url[2] ?? '')) {
    return { ok: false, fault: 'it holds a password, and the file that it is written to is shared' }
  }
  const isHost = url !== null && !(url[2] ?? '').startsWith('-')
  if (!isHost && !likeScp.test(address) && !isFolder(address)) {
    return { ok: false, fault: 'it is no URL, no git@host:path and no full path of a folder' }
  }
  return { ok: true, address, name: nameOf(address) }
}

function isFolder(address: string): boolean {
  return address.startsWith('/') || /^[a-z]:[\\/]/i.test(address)
}

/** `harbor/crm` of `git@host:harbor/crm.git` */
function nameOf(address: string): string {
  const path = address
    .replace(schemes, '$2')
    .replace(/[\\/]+$/, '')
    .replace(/\.git$/, '')
  const parts = path.split(/[\\/:]/).filter((part) => part !== '')
  return parts.slice(-2).join('/')
}
