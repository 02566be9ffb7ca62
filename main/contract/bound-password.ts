import { z } from 'zod'
import type { BoundPassword } from '../../sync-core/domain/connection.ts'

/** Where a password may be sent, as it lies on disk and travels between processes. */
export const connectionTarget = z.object({
  engine: z.literal('postgres'),
  host: z.string(),
  port: z.number(),
  user: z.string(),
  database: z.string(),
  tlsMode: z.enum(['disable', 'require', 'verify-ca', 'verify-full']).optional(),
  ca: z.string().optional(),
})

/** A password on its way from main to the processes that connect; never to the window. */
export const boundPassword = z.object({
  manifest: z.string(),
  slug: z.string(),
  target: connectionTarget,
  password: z.string(),
}) satisfies z.ZodType<BoundPassword>
