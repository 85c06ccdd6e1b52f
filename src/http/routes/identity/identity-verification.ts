/** The answer of a verification, as documented; the use case makes it. */
import { z } from 'zod'
import { idOf, instant, livemode } from '../schemas.ts'

const verdict = z.enum(['match', 'match_normalised', 'mismatch', 'no_data'])

export const identityVerification = z
  .strictObject({
    id: idOf('ver'),
    outcome: z.enum(['match', 'match_incomplete', 'mismatch', 'no_record', 'deceased']),
    reason: z.enum(['keys_match_nobody', 'number_changed']).exactOptional().meta({
      description: 'With `no_record`: number, name and birth date match nobody together, or the number was changed.',
    }),
    verdicts: z
      .strictObject({
        personalId: verdict.exactOptional(),
        legacyId: verdict.exactOptional(),
        fullName: verdict.exactOptional(),
        dateOfBirth: verdict.exactOptional(),
        gender: verdict.exactOptional(),
        permanentAddress: verdict.exactOptional(),
      })
      .meta({ description: 'One per declared attribute.' }),
    hints: z.array(z.string()).exactOptional().meta({
      description: 'What a name mismatch looks like, e.g. `missing_middle_name`, `word_order`, `accents_differ`.',
    }),
    warnings: z
      .array(z.string())
      .meta({ description: 'Oddities of the declaration; the register was asked all the same.' }),
    source: z.strictObject({
      system: z.literal('population'),
      dialect: z.string(),
      requestId: z.string(),
      dataAsOf: instant.exactOptional(),
    }),
    checkedAt: instant,
    livemode,
    evidence: z.string().meta({
      description: 'Compact JWS, `typ: evidence+jwt`, ES256. Verifiable offline with /.well-known/evidence-keys.json.',
    }),
  })
  .meta({ id: 'IdentityVerification' })

export const identityVerificationExample = {
  id: 'ver_01JD8Q3V5N7R9T2W4Y6A8C0E1G',
  outcome: 'match',
  verdicts: { fullName: 'match', dateOfBirth: 'match', gender: 'match', permanentAddress: 'match' },
  warnings: [],
  source: {
    system: 'population',
    dialect: 'dancu037',
    requestId: 'req_01JD8Q3V5N7R9T2W4Y6A8C0E1G',
    dataAsOf: '2026-11-23T02:30:00.000Z',
  },
  checkedAt: '2026-11-23T02:30:00.412Z',
  livemode: false,
  evidence: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImV2aWRlbmNlK2p3dCJ9.e30.c2lnbmF0dXJl',
}
