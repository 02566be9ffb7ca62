import type { ConnectionView } from '../../main/contract/contract.ts'

type Environment = NonNullable<ConnectionView['environment']>

const names: Readonly<Record<Environment, string>> = {
  development: 'Development',
  staging: 'Staging',
  production: 'Production',
}

/** What a database is for, among other words about it. */
export function EnvironmentName({ environment }: { environment: Environment }) {
  return <span className={`text-2 env-${environment}`}>{names[environment]}</span>
}

/** The same where it has to be seen first; production has a mark of its own, since red is for failures. */
export function EnvironmentBadge({ environment }: { environment: Environment }) {
  return <span className={`environment-badge env-${environment}`}>{names[environment]}</span>
}
