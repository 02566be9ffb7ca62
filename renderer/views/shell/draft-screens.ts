import type { ReactNode } from 'react'
import type { SchemaKind } from '../../stores/tab-id.ts'
import { ConsumerSchema } from '../consumer-schema/consumer-schema.tsx'
import { PublicSchema } from '../public-schema/public-schema.tsx'

/** The editor of each kind of schema, for the draft of that id. What has none cannot be begun. */
export const draftScreens: Readonly<Partial<Record<SchemaKind, (props: { draft: string }) => ReactNode>>> = {
  public: PublicSchema,
  consumer: ConsumerSchema,
}
