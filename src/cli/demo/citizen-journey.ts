/** Journey 1: an officer checks what a citizen declared. */
import type { Stage } from './stage.ts'

const purpose = { procedureCode: '2.000635', dossierCode: 'H38.17-261123-0007', officerId: '015080000123' }
const hoa = { personalId: '015185000011', fullName: 'Nguyễn Thị Hoà', dateOfBirth: '1985-03-07' }

export async function citizenJourney(stage: Stage): Promise<void> {
  stage.journey(
    1,
    'Verify a citizen',
    'Xác minh công dân: what was declared is compared with the population database. Verdicts come back, data does not.',
  )
  stage.tell(
    'The citizen writes hòa the new way and the register holds HOÀ. That is the same name, and the answer says how it is the same:',
  )
  const { json } = await stage.ask({
    method: 'POST',
    path: '/v1/identity-verifications',
    body: {
      subject: { ...hoa, fullName: 'Nguyễn Thị Hòa', gender: 'female', permanentAddress: { provinceCode: '15' } },
      purpose,
    },
    show: ['id', 'outcome', 'verdicts', 'warnings', 'source', 'evidence'],
  })
  stage.tell('The answer can be fetched again, with its evidence, by everyone in the tenant who may verify:')
  await stage.ask({ path: `/v1/identity-verifications/${String(json['id'])}`, show: ['id', 'outcome', 'checkedAt'] })
  stage.tell('One accent less is another name. Nobody guesses by edit distance; a hint says what to look at:')
  await stage.ask({
    method: 'POST',
    path: '/v1/identity-verifications',
    body: { subject: { ...hoa, fullName: 'Nguyễn Thị Hoa' }, purpose },
    show: ['outcome', 'verdicts'],
  })
  stage.tell('Without a purpose there is no look-up, and nothing leaves the house:')
  await stage.ask({
    method: 'POST',
    path: '/v1/identity-verifications',
    body: { subject: hoa },
    show: ['status', 'code', 'title', 'detail', 'retry'],
  })
}
