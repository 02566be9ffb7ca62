import type { ConsumerStatus, EngineStatus, PublicSchemaStatus, SourceStatus } from '../domain/status.ts'

// Statuses of an engine in which all is well, but for what a test says.

export function engineStatus(parts: Partial<EngineStatus> = {}): EngineStatus {
  return {
    at: 0,
    startedAt: 0,
    state: 'running',
    sources: [],
    publicSchemas: [],
    consumers: [],
    destinations: [],
    store: { events: 0, bytes: 0, closings: 0, heldFor: [] },
    ...parts,
  }
}

export function sourceStatus(parts: Partial<SourceStatus> = {}): SourceStatus {
  return {
    id: 'shop/db',
    slug: 'db',
    manifest: 'shop',
    state: 'streaming',
    failure: undefined,
    retryAt: undefined,
    receivedLsn: undefined,
    confirmedLsn: undefined,
    retainedBytes: undefined,
    lagMs: 0,
    rowChanges: 0,
    serverVersion: undefined,
    ...parts,
  }
}

export function publicSchemaStatus(parts: Partial<PublicSchemaStatus> = {}): PublicSchemaStatus {
  return {
    id: 'shop/orders@2',
    name: 'orders',
    manifest: 'shop',
    version: '2.0',
    source: 'shop/db',
    events: 0,
    backfill: { state: 'done', generation: 1, rowsDone: 0, rowsEstimated: 0 },
    ...parts,
  }
}

export function consumerStatus(parts: Partial<ConsumerStatus> = {}): ConsumerStatus {
  return {
    id: 'crm/copy',
    name: 'copy',
    manifest: 'crm',
    publicSchema: 'shop/orders@2',
    destination: 'crm/db',
    state: 'streaming',
    failure: undefined,
    retryAt: undefined,
    offset: 0,
    head: 0,
    pending: 0,
    deadLetters: 0,
    held: 0,
    lagMs: 0,
    latencyMs: undefined,
    rowsApplied: 0,
    lastAppliedAt: undefined,
    ...parts,
  }
}
