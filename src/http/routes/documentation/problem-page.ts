/** What `type` of a problem points to. */
import { z } from 'zod'
import { GatewayError } from '#domain/errors.ts'
import { defineOpenRoute } from '../../define-route.ts'
import { chosenLanguage, htmlAnswer, languageQuery } from '../../pages/page.ts'
import { isProblemCode, problemCodes, type ProblemCode } from '../../problem.ts'

export const problemPage = defineOpenRoute({
  operation: 'problemPage',
  method: 'GET',
  path: '/docs/problems/{code}',
  tag: 'documentation',
  summary: { vi: 'Giải thích một mã lỗi', en: 'One problem explained' },
  description: { vi: 'Ý nghĩa của mã lỗi và cách khắc phục.', en: 'What it means and what to do about it.' },
  personalData: false,
  params: z.strictObject({ code: z.enum(problemCodes as [ProblemCode, ...ProblemCode[]]) }),
  query: languageQuery,
  answers: { 200: { description: 'A page.', contentType: 'text/html' } },
  problems: ['route_not_found'],
  handle:
    ({ documents }) =>
    async (call) => {
      const { code = '' } = call.params
      if (!isProblemCode(code)) throw new GatewayError('route_not_found', 'no such problem')
      return htmlAnswer(documents.problem(code, chosenLanguage(call)))
    },
})
