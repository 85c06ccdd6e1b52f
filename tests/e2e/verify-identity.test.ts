import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson } from '#domain/canonical-json.ts'
import { aVerification } from '../support/api-bodies.ts'
import type { ApiAnswer } from '../support/api-client.ts'
import { provenStatement } from '../support/check-evidence.ts'
import { people, personOf, truthfulSubject } from '../support/invented-people.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse()
})
afterEach(async () => {
  expect(await house.control.violations()).toEqual([])
  await house.control.post('/reset')
})
afterAll(() => house.close())

interface Verification {
  readonly id: string
  readonly outcome: string
  readonly reason?: string
  readonly verdicts: Readonly<Record<string, string>>
  readonly hints?: readonly string[]
  readonly warnings: readonly string[]
  readonly source: Readonly<Record<string, string>>
  readonly livemode: boolean
  readonly evidence: string
}

const verify = (subject: Record<string, unknown>, headers?: Record<string, string>) =>
  house.client.post<Verification>('/v1/identity-verifications', aVerification({ subject }), headers)

const verifyTruthfully = (key: string, differing?: Record<string, unknown>): Promise<ApiAnswer<Verification>> =>
  verify(truthfulSubject(personOf(key), differing))

/** Leaves written since `work` began, oldest first. */
async function leavesDuring(work: () => Promise<unknown>): Promise<readonly Record<string, unknown>[]> {
  const [before] = await house.rows<{ count: string }>('select count(*) from gateway.audit_entries')
  await work()
  const rows = await house.rows<{ leaf: string }>(
    'select leaf from gateway.audit_entries order by writer_seq offset $1',
    [before?.count],
  )
  return rows.map(({ leaf }) => JSON.parse(leaf) as Record<string, unknown>)
}

describe('a citizen who declares the truth', () => {
  const special: Readonly<Record<string, object>> = {
    deceased: { outcome: 'deceased' },
    'deceased-recent': { outcome: 'deceased' },
    'number-changed': { outcome: 'no_record', reason: 'number_changed' },
  }

  /** Where number and declaration are at odds; nobody else is warned about. */
  const oddities: Readonly<Record<string, readonly string[]>> = {
    'nguyen-hyphen': ['gender_differs_from_number', 'birth_year_differs_from_number'],
    'nguyen-van-anh': ['gender_differs_from_number'],
    'number-changed': ['gender_differs_from_number'],
    'trap-24-old-bac-giang': ['gender_differs_from_number'],
    'trap-52-old-binh-dinh': ['gender_differs_from_number'],
    'born-abroad': ['unknown_registration_place'],
    'foreign-name': ['unknown_registration_place'],
  }

  it.each(people.map(({ key }) => key))(
    'is verified, and warned about only where the number is odd: %s',
    async (key) => {
      const { status, body } = await verifyTruthfully(key)
      expect(status).toBe(200)
      expect(body).toMatchObject(special[key] ?? { outcome: 'match' })
      expect(body.warnings).toEqual(oddities[key] ?? [])
      expect(body.livemode).toBe(false)
    },
  )

  it('may be known by nine digits and a year alone', async () => {
    const nine = await verifyTruthfully('legacy-only')
    expect(nine.body).toMatchObject({ outcome: 'match', verdicts: { dateOfBirth: 'match' } })
    const { personalId: _, ...subject } = truthfulSubject(personOf('trieu-thi-nam'), { legacyId: '060060412' })
    expect((await verify(subject)).body.outcome).toBe('match')
    expect((await verifyTruthfully('year-only')).body.outcome).toBe('match')
  })

  it('may write the name with the tone in another place, decomposed, or with hyphens', async () => {
    const spellings = { 'Nguyễn Thị Hòa': 'match_normalised', 'nguyễn  thị hoà': 'match' }
    for (const [fullName, verdict] of Object.entries(spellings)) {
      const { body } = await verifyTruthfully('nguyen-thi-hoa', { fullName })
      expect(body).toMatchObject({ outcome: 'match', verdicts: { fullName: verdict } })
    }
    const decomposed = await verifyTruthfully('nguyen-thi-hoa', { fullName: 'Nguyễn Thị Hoà'.normalize('NFD') })
    expect(decomposed.body.verdicts['fullName']).toBe('match')
  })
})

describe('a citizen who declares something else', () => {
  it('under a name with another tone is a mismatch, with a hint for the officer', async () => {
    const { body } = await verifyTruthfully('nguyen-thi-hoa', { fullName: 'Nguyễn Thị Hoá' })
    expect(body).toMatchObject({ outcome: 'mismatch', verdicts: { fullName: 'mismatch' }, hints: ['accents_differ'] })
    expect(body.verdicts['dateOfBirth']).toBe('match')
  })

  it('with another gender or province is a mismatch in that alone', async () => {
    const gender = await verifyTruthfully('tran-van-quyet', { gender: 'female' })
    expect(gender.body).toMatchObject({ outcome: 'mismatch', verdicts: { gender: 'mismatch', fullName: 'match' } })
    const address = await verifyTruthfully('nguyen-thi-hoa', { permanentAddress: { provinceCode: '01' } })
    expect(address.body).toMatchObject({ outcome: 'mismatch', verdicts: { permanentAddress: 'mismatch' } })
  })

  it.each(['nguyen-thi-hoa', 'empty-name-answer'])(
    'with another birth date matches nobody, however the register says so: %s',
    async (key) => {
      const { status, body } = await verifyTruthfully(key, { dateOfBirth: '1970-01-01' })
      expect({ status, ...body }).toMatchObject({ status: 200, outcome: 'no_record', reason: 'keys_match_nobody' })
    },
  )

  it('a day for somebody registered by year is nobody, because the register finds by what it holds', async () => {
    const { body } = await verifyTruthfully('year-only', { dateOfBirth: '1945-06-01' })
    expect(body).toMatchObject({ outcome: 'no_record', reason: 'keys_match_nobody' })
  })

  it('whom two people could be is nobody’s match and nobody’s record', async () => {
    const { personalId: _, ...subject } = truthfulSubject(personOf('shared-legacy-1'), { legacyId: '030968404' })
    const year = String(personOf('shared-legacy-1').birth.year)
    const { status, body } = await verify({ ...subject, dateOfBirth: year })
    expect({ status, ...body }).toMatchObject({ status: 502, code: 'upstream_contract_broken', origin: 'population' })
  })

  it('is told which field is wrong, and the register is not asked', async () => {
    const refused = await verifyTruthfully('nguyen-thi-hoa', { personalId: '0151850000' })
    expect({ status: refused.status, ...refused.body }).toMatchObject({ status: 422, code: 'invalid_personal_id' })
    const unknown = await verifyTruthfully('nguyen-thi-hoa', { favouriteColour: 'red' })
    expect({ status: unknown.status, ...unknown.body }).toMatchObject({ status: 400, code: 'invalid_request' })
    const aimless = await house.client.post('/v1/identity-verifications', {
      subject: truthfulSubject(personOf('nguyen-thi-hoa')),
    })
    expect({ status: aimless.status, ...aimless.body }).toMatchObject({ status: 422, code: 'purpose_required' })
    expect((await house.control.get('/exchanges')).body['data']).toEqual([])
  })
})

describe('the officer’s right and the procedure’s licence', () => {
  it('are the register’s to refuse, and its refusal is passed on as it is', async () => {
    const purpose = { procedureCode: '2.000635', dossierCode: 'H38.17-261123-0007', officerId: '015080000123' }
    const subject = truthfulSubject(personOf('nguyen-thi-hoa'))
    const ask = (differing: object) =>
      house.client.post('/v1/identity-verifications', { subject, purpose: { ...purpose, ...differing } })
    const officer = await ask({ officerId: '010184000124' })
    expect({ status: officer.status, ...officer.body }).toMatchObject({
      status: 403,
      code: 'upstream_officer_not_authorised',
      upstreamCode: '005',
      fate: 'answered',
    })
    const procedure = await ask({ procedureCode: '0.000000' })
    expect({ status: procedure.status, ...procedure.body }).toMatchObject({
      status: 403,
      code: 'upstream_procedure_not_licensed',
      upstreamCode: '004',
    })
  })
})

describe('the answer', () => {
  it('is given again, byte for byte, to its tenant only', async () => {
    const { body, text } = await verifyTruthfully('nguyen-thi-hoa')
    const again = await house.client.get(`/v1/identity-verifications/${body.id}`)
    expect({ status: again.status, text: again.text }).toEqual({ status: 200, text })
    const neighbour = await house.newClient('phu-tho-desk', 'phu-tho')
    const foreign = await neighbour.get(`/v1/identity-verifications/${body.id}`)
    expect({ status: foreign.status, code: foreign.body['code'] }).toEqual({
      status: 404,
      code: 'verification_not_found',
    })
  })

  it('holds no personal data', async () => {
    const { text } = await verifyTruthfully('nguyen-thi-hoa')
    expect(text).not.toMatch(/015185000011|Nguyễn|Hoà|1985/)
  })

  it('proves itself: its evidence holds under the published keys and names entry, leaf and result', async () => {
    const { body } = await verifyTruthfully('nguyen-thi-hoa')
    const { evidence, ...unproven } = body
    const { header, claims } = await provenStatement(house.url, evidence)
    expect(header).toMatchObject({ alg: 'ES256', typ: 'evidence+jwt' })
    expect(claims).toMatchObject({
      iss: house.url,
      tenant: 'lao-cai',
      client_id: 'demo-one-stop',
      purpose: 'verifyIdentity',
      procedure: '2.000635',
      result: 'match',
      upstream: 'population',
      upstream_ref: body.source['requestId'],
    })
    const [entry] = await house.rows<{ leaf: string; response_salt: Buffer; leaf_hash: Buffer }>(
      'select leaf, leaf_hash, response_salt from gateway.audit_entries join gateway.audit_salts on id = entry_id where id = $1',
      [claims['audit_entry']],
    )
    const hash = (...parts: (Buffer | string)[]) =>
      createHash('sha256')
        .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
        .digest('base64url')
    expect(claims['leaf_hash']).toBe(hash(Buffer.of(0), entry?.leaf ?? ''))
    expect(claims['leaf_hash']).toBe(entry?.leaf_hash.toString('base64url'))
    expect(claims['resp_sha256']).toBe(hash(entry?.response_salt ?? '', canonicalJson(unproven)))
  })
})

describe('the audit log', () => {
  it('has one entry for each look-up, without a word of personal data', async () => {
    const leaves = await leavesDuring(async () => {
      await verifyTruthfully('nguyen-thi-hoa')
      await verifyTruthfully('deceased')
      await verifyTruthfully('nguyen-thi-hoa', { fullName: 'Nguyễn Thị Hoá' })
    })
    expect(leaves).toHaveLength(3)
    expect(leaves.map((leaf) => [leaf['result_code'], leaf['http_status']])).toEqual([
      ['match', 200],
      ['deceased', 200],
      ['mismatch', 200],
    ])
    expect(leaves[0]).toMatchObject({ kind: 'verify', purpose_code: 'verifyIdentity', tenant: 'lao-cai' })
    expect(leaves[0]?.['subject_tag']).toBe(leaves[2]?.['subject_tag'])
    expect(leaves[0]?.['subject_tag']).not.toBe(leaves[1]?.['subject_tag'])
    expect(JSON.stringify(leaves)).not.toMatch(/015185000011|015080000123|Nguyễn|NGUYEN|Hoà|HOA/)
  })

  it('has one entry for a look-up that failed upstream too', async () => {
    await house.control.fault({ system: 'population', fault: 'html-with-200' })
    const leaves = await leavesDuring(async () => {
      expect((await verifyTruthfully('nguyen-thi-hoa')).status).toBe(502)
    })
    expect(leaves).toHaveLength(1)
    expect(leaves[0]).toMatchObject({ result_code: 'upstream_contract_broken', http_status: 502 })
  })
})

describe('a key of repetition', () => {
  it('brings the first answer again and asks the register once', async () => {
    const key = { 'idempotency-key': 'verify-once' }
    const subject = truthfulSubject(personOf('nguyen-thi-hoa'))
    const first = await verify(subject, key)
    const second = await verify(subject, key)
    expect(second.text).toBe(first.text)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect((await house.control.get('/exchanges')).body['data']).toHaveLength(1)
  })
})
