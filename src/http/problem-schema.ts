/** The form of a problem, for the API description. */
import { z } from 'zod'
import { problemCodes, type ProblemCode } from './problem.ts'

export const problemSchema = z
  .looseObject({
    type: z.string().meta({ format: 'uri', description: 'A page that explains it.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z.string().meta({ format: 'uri' }),
    code: z.enum(problemCodes as [ProblemCode, ...ProblemCode[]]),
    retry: z.enum(['never', 'safe', 'same_key', 'after']),
    retryAfterSeconds: z.int().min(0).optional(),
    origin: z.enum(['client', 'gateway', 'population', 'business_registry', 'payment_portal']),
    fate: z
      .enum(['not_sent', 'answered', 'unknown'])
      .optional()
      .meta({ description: 'What became of the call to the upstream, where one was involved.' }),
    upstreamCode: z.string().optional(),
    traceId: z.string().regex(/^[0-9a-f]{32}$/),
    errors: z
      .array(z.strictObject({ pointer: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Places in the body as JSON Pointers; `/query/…` and `/headers` for the others.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457, with advice on repeating.' })
