import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { replaceFile, type SampleFolder } from './sample-folder.ts'

const secretsSchema = z.object({
  accountsSuperuser: z.string().min(1),
  billingSuperuser: z.string().min(1),
  accountsRejot: z.string().min(1),
  billingRejot: z.string().min(1),
  accountsApp: z.string().min(1),
})

/** Passwords of the sample's roles. */
export type SampleSecrets = Readonly<z.infer<typeof secretsSchema>>

/** Those of the folder; made, in a file that only its owner reads, when there are none. Throws for a broken file. */
export function loadSecrets(folder: SampleFolder): SampleSecrets {
  if (!existsSync(folder.secretsPath)) {
    const secrets = makeSecrets()
    replaceFile(folder.secretsPath, `${JSON.stringify(secrets, null, 2)}\n`, 0o600)
    return secrets
  }
  const secrets = secretsSchema.safeParse(JSON.parse(readFileSync(folder.secretsPath, 'utf8')))
  if (secrets.success) return secrets.data
  throw new Error(`Cannot start the sample: ${folder.secretsPath} lacks passwords; reset the sample`)
}

function makeSecrets(): SampleSecrets {
  const password = () => randomBytes(24).toString('base64url')
  return {
    accountsSuperuser: password(),
    billingSuperuser: password(),
    accountsRejot: password(),
    billingRejot: password(),
    accountsApp: password(),
  }
}
