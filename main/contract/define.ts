import { z } from 'zod'
import { defineAnswers } from './define-answers.ts'
import { defineQuestions, promised, question } from './define-questions.ts'

/** A saved connection or a draft of one, `<manifest>/<slug>`. */
const connection = z.string().max(1_000)
/** The connection that the public schema is read from, to see whether the consumer would feed itself. */
const source = connection.optional()

/**
 * What is asked of databases while schemas are being written. What is wrong with a draft is part of the answer; a verb
 * fails only where the database cannot be asked. Slow ones take a `question`, an id that the window makes: asking again
 * under it, or `question.cancel`, ends the former at the server too.
 */
export const defineVerbs = {
  'catalogue.search': {
    input: defineQuestions['catalogue.search'].extend({ connection }),
    output: defineAnswers['catalogue.search'],
  },
  'catalogue.refresh': {
    input: defineQuestions['catalogue.refresh'].extend({ connection }),
    output: defineAnswers['catalogue.refresh'],
  },
  'sql.complete': {
    input: defineQuestions['sql.complete'].extend({ connection }),
    output: defineAnswers['sql.complete'],
  },
  'publicSchema.describe': {
    input: defineQuestions['publicSchema.describe'].extend({ connection }),
    output: defineAnswers['publicSchema.describe'],
  },
  'publicSchema.check': {
    input: defineQuestions['publicSchema.check'],
    output: defineAnswers['publicSchema.check'],
  },
  'publicSchema.preview': {
    input: defineQuestions['publicSchema.preview'].extend({ connection }),
    output: defineAnswers['publicSchema.preview'],
  },
  'publicSchema.plan': {
    input: defineQuestions['publicSchema.plan'].extend({ connection }),
    output: defineAnswers['publicSchema.plan'],
  },
  'publicSchema.compare': {
    /** `schema`: the saved one, `@harbor/accounts/publish-account@1`. */
    input: z.object({ schema: z.string().max(1_500), draft: promised }),
    output: defineAnswers['publicSchema.compare'],
  },
  'publicSchema.rename': {
    input: defineQuestions['publicSchema.rename'],
    output: defineAnswers['publicSchema.rename'],
  },
  'consumer.generate': {
    input: defineQuestions['consumer.generate'].extend({ connection }),
    output: defineAnswers['consumer.generate'],
  },
  'consumer.describe': {
    input: defineQuestions['consumer.describe'].omit({ published: true }).extend({ connection, source }),
    output: defineAnswers['consumer.describe'],
  },
  'consumer.dryRun': {
    input: defineQuestions['consumer.dryRun'].omit({ published: true }).extend({ connection, source }),
    output: defineAnswers['consumer.dryRun'],
  },
  'question.cancel': { input: z.object({ question }), output: z.undefined() },
} as const
