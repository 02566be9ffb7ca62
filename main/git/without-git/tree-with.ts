import isomorphic, { type TreeEntry } from 'isomorphic-git'
import type { PlainRepository } from './plain-repository.ts'

export interface WrittenFile {
  readonly oid: string
  readonly isProgram: boolean
}

/**
 * Writes a tree that is another with some files in it, or without those that are `undefined`; paths are from that tree.
 * Returns its hash, `undefined` when nothing is left in it. The index has no part in this: what others staged stays out.
 */
export async function treeWith(
  repository: PlainRepository,
  before: string | undefined,
  files: ReadonlyMap<string, WrittenFile | undefined>,
): Promise<string | undefined> {
  const tree = before === undefined ? [] : (await isomorphic.readTree({ ...repository, oid: before })).tree
  const entries = new Map(tree.map((entry): [string, TreeEntry] => [entry.path, entry]))
  const folders = new Map<string, Map<string, WrittenFile | undefined>>()
  for (const [path, file] of files) {
    const [name = '', ...rest] = path.split('/')
    if (rest.length > 0) folders.set(name, (folders.get(name) ?? new Map()).set(rest.join('/'), file))
    else if (file === undefined) entries.delete(name)
    else entries.set(name, fileEntry(name, file))
  }
  for (const [name, inside] of folders) {
    const was = entries.get(name)
    const oid = await treeWith(repository, was?.type === 'tree' ? was.oid : undefined, inside)
    if (oid === undefined) entries.delete(name)
    else entries.set(name, { mode: '040000', path: name, oid, type: 'tree' })
  }
  return entries.size === 0 ? undefined : isomorphic.writeTree({ ...repository, tree: [...entries.values()] })
}

function fileEntry(path: string, { oid, isProgram }: WrittenFile): TreeEntry {
  return { mode: isProgram ? '100755' : '100644', path, oid, type: 'blob' }
}
