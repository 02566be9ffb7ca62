/** What an address of a repository may look like, and what it is called. */
export type TeamAddress =
  | {
      readonly ok: true
      /** As git takes it. */
      readonly address: string
      /** `undefined`: the remote's own. */
      readonly branch: string | undefined
      readonly name: string
    }
  | { readonly ok: false; readonly fault: string }

const schemes = /^(https?|ssh|git|file):\/\/(.+)$/i
const likeScp = /^\w[\w.-]*@\w[\w.-]*:(?!\/\/).+$/

/**
 * Addresses that git fetches from without running a program that the address names: URLs, `git@host:path`, and folders,
 * each with `#branch` behind it where it is not the remote's own. One with a password in it is refused, since the list of
 * them is committed. Pure.
 */
export function readTeamAddress(typed: string): TeamAddress {
  const whole = typed.trim()
  const [address = '', ...behind] = whole.split('#')
  const branch = behind.length === 0 ? undefined : behind.join('#')
  if (address === '') return { ok: false, fault: 'it is empty' }
  if (address.length > 2_000 || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(address)) {
    return { ok: false, fault: 'it holds characters that no address has' }
  }
  const url = schemes.exec(address)
  // Of the whole: a password may hold a # too.
  if (/^[^/@]*:[^/@]*@/.test(schemes.exec(whole)?.[2] ?? '')) {
    return { ok: false, fault: 'it holds a password, and the file that it is written to is shared' }
  }
  const isHost = url !== null && !(url[2] ?? '').startsWith('-')
  if (!isHost && !likeScp.test(address) && !isFolder(address)) {
    return { ok: false, fault: 'it is no URL, no git@host:path and no full path of a folder' }
  }
  if (branch !== undefined && !isBranch(branch)) return { ok: false, fault: 'no branch can be called so' }
  const name = nameOf(address)
  return { ok: true, address, branch, name: branch === undefined ? name : `${name}, ${branch}` }
}

/** Near to what git takes: nothing that means more than a name where it stands. */
function isBranch(name: string): boolean {
  return name.length <= 250 && /^[^\s~^:?*[\\\p{Cc}]+$/u.test(name) && !/^[-/]|\.\.|@\{|\/$|\.lock$|\.$/.test(name)
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
