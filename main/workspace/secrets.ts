/** Values that manifests may name as `${env:…}`: only names beginning `REJOT_`, so that a manifest cannot ask for others. */
export function readSecrets(env: NodeJS.ProcessEnv): Record<string, string> {
  const secrets: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('REJOT_') && value !== undefined) secrets[name] = value
  }
  return secrets
}
