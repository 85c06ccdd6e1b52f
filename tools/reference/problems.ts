/** Every problem the API answers, from the catalogue that answers it; the gateway serves the long form of each. */
import { describeProblem, problemCodes, type ProblemCode } from '#http/problem.ts'
import { banner, code, table } from './markdown.ts'

export const problemsPage = (): string =>
  `${banner('src/http/problem.ts')}# Problems

Errors are \`application/problem+json\` (RFC 9457). \`code\` is for programs and never changes its meaning; \`title\` and \`detail\` follow \`Accept-Language\`
(\`vi\` is the default). A running gateway shows each code with an example and the operations that answer it at \`/docs/problems/<code>\`.

\`retry\`: \`never\` not unchanged; \`safe\` at once; \`same_key\` with the same \`Idempotency-Key\`; \`after\` when \`retryAfterSeconds\` have passed. Where the route demands an
\`Idempotency-Key\`, \`safe\` and \`after\` become \`same_key\`.

${table(['code', 'status', 'retry', 'tiếng Việt', 'English', 'what to do'], problemCodes.map(rowOf))}`

function rowOf(name: ProblemCode): readonly string[] {
  const { status, retry, title, cure } = describeProblem(name)
  return [code(name), String(status), code(retry), title.vi, title.en, cure.en]
}
