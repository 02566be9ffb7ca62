import { z } from 'zod'

/** Repositories of other teams: what they publish and consume is shown beside one's own, and never changed or run. */
const url = z.string().min(1).max(2_000)

export const teamVerbs = {
  /** Writes the address into the settings beside the manifest, and fetches. Refused for what is no address, in words. */
  'teams.add': { input: z.object({ url }), output: z.undefined() },
  /** Fetches one that the settings name. What comes of it, good or bad, is in the state. */
  'teams.fetch': { input: z.object({ url }), output: z.undefined() },
  /** Takes the address out of the settings, and the copy off this computer. */
  'teams.remove': { input: z.object({ url }), output: z.undefined() },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
