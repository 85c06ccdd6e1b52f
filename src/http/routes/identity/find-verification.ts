/** The same answer again, with its evidence. */
import { GatewayError } from '#domain/errors.ts'
import { defineRoute } from '../../define-route.ts'
import { isId, pathId } from '../schemas.ts'
import { identityVerification, identityVerificationExample } from './identity-verification.ts'

export const findVerification = defineRoute({
  operation: 'findVerification',
  method: 'GET',
  path: '/v1/identity-verifications/{id}',
  tag: 'identity',
  summary: { vi: 'Xem lại một lần xác minh', en: 'Read a verification again' },
  description: {
    vi: 'Trả lại đúng câu trả lời ban đầu, kèm chứng cứ. Cơ sở dữ liệu dân cư không bị hỏi lại.',
    en: 'The answer as it was first given, evidence included. The population database is not asked again.',
  },
  scope: 'identity:verify',
  idempotency: 'none',
  personalData: false,
  params: pathId('ver'),
  answers: {
    200: { description: 'The verification.', schema: identityVerification, example: identityVerificationExample },
  },
  problems: ['verification_not_found', 'storage_unavailable'],
  handle:
    ({ findVerification }) =>
    async ({ params: { id }, request }) => {
      if (!isId('ver', id)) throw new GatewayError('verification_not_found', 'not an id of a verification')
      return { status: 200, body: await findVerification(id, request) }
    },
})
