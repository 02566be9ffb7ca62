import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyEdits, findNodeAtLocation, getNodeValue, modify, type Node, parseTree } from 'jsonc-parser'
import { replaceFile, type SampleFolder } from './sample-folder.ts'

/**
 * Puts the manifest into the sample's folder, with the ports of this run. One that is there already keeps what people
 * changed in it: only the ports are replaced, and nothing where it cannot be read.
 */
export function writeManifest(
  folder: SampleFolder,
  templateFolder: string,
  ports: Readonly<Record<string, number>>,
): void {
  const path = folder.manifestPath
  if (!existsSync(path)) copyFileSync(join(templateFolder, 'rejot-manifest.json'), path)
  const before = readFileSync(path, 'utf8')
  const after = withPorts(before, ports)
  if (after !== before) replaceFile(path, after, 0o644)
}

/** The same text with other ports for the connections of these slugs. */
export function withPorts(text: string, ports: Readonly<Record<string, number>>): string {
  const root = parseTree(text)
  const connections = root === undefined ? undefined : findNodeAtLocation(root, ['connections'])
  return (connections?.children ?? []).reduce((current, connection, index) => {
    const port = ports[slugOf(connection)]
    if (port === undefined || findNodeAtLocation(connection, ['config', 'port'])?.value === port) return current
    return applyEdits(current, modify(current, ['connections', index, 'config', 'port'], port, {}))
  }, text)
}

function slugOf(connection: Node): string {
  const slug = findNodeAtLocation(connection, ['slug'])
  return slug === undefined ? '' : String(getNodeValue(slug))
}
