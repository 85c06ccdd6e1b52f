/** Answers held against the generated API description itself, not against the schemas it was made from. */
import { z } from 'zod'
import type { ApiDescription } from '#http/openapi.ts'

interface Media {
  readonly schema?: Record<string, unknown>
}

export interface DescribedAnswer {
  readonly contentTypes: readonly string[]
  /** The complaint of the documented schema, or undefined when `body` fits or has no schema. */
  complaintAbout(body: unknown): string | undefined
}

/** What the document says of one answer; undefined where it does not mention the status. */
export function describedAnswer(
  description: ApiDescription,
  { method, path, status }: { readonly method: string; readonly path: string; readonly status: number },
): DescribedAnswer | undefined {
  const item = description.paths?.[path] as Record<
    string,
    { responses: Record<string, { content?: Record<string, Media> }> }
  >
  const response = item?.[method.toLowerCase()]?.responses[String(status)]
  if (response === undefined) return undefined
  const content = response.content ?? {}
  const schema = Object.values(content)[0]?.schema
  return {
    contentTypes: Object.keys(content),
    complaintAbout(body) {
      if (schema === undefined) return undefined
      const result = schemaOf(schema, description).safeParse(body)
      return result.success ? undefined : z.prettifyError(result.error)
    },
  }
}

function schemaOf(schema: Record<string, unknown>, { components }: ApiDescription): z.ZodType {
  const whole = { ...schema, $defs: components?.schemas ?? {} }
  const text = JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/')
  return z.fromJSONSchema(JSON.parse(text))
}
