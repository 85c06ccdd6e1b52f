import { describe, expect, it } from 'vitest'
import { canonicalJson } from '#domain/canonical-json.ts'
import { GatewayError, UpstreamError } from '#domain/errors.ts'
import type { LegacyId, Person, PersonalId } from '#domain/person.ts'
import { CommitConflict } from '#domain/ports/unit-of-work.ts'
import type { VerifyIdentityInput } from '#registers/identity-verification.ts'
import { createVerifyIdentity } from '#registers/verify-identity.ts'
import { aRequest } from '../../support/a-request.ts'
import { fakeAccountability } from '../../support/fake-accountability.ts'
import { fakePopulation } from '../../support/fake-population.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { recordingUnitOfWork } from '../../support/recording-unit-of-work.ts'
import { sequentialIds } from '../../support/sequential-ids.ts'

const hoa: Person = {
  personalId: '015185000011' as PersonalId,
  legacyId: '060000019' as LegacyId,
  fullName: 'NGUYỄN THỊ HOÀ',
  gender: 'female',
  dateOfBirth: { year: 1985, month: 3, day: 7 },
  permanentAddress: { provinceCode: '15', communeCode: '02647' },
  standing: 'living',
}

const purpose = { procedureCode: '2.000635', dossierCode: 'H38.17-261123-0007', officerId: '015080000123' }

type Subject = VerifyIdentityInput['subject']

const declaring = (differing: Partial<Subject> = {}): VerifyIdentityInput => ({
  subject: { personalId: '015185000011', fullName: 'Nguyễn Thị Hoà', dateOfBirth: '1985-03-07', ...differing },
  purpose,
})

function aHouse(people: readonly Person[] = [hoa]) {
  const population = fakePopulation(people)
  const accountability = fakeAccountability()
  const unitOfWork = recordingUnitOfWork()
  const clock = manualClock()
  const deps = {
    population: (tenant: string) => (tenant === 'lao-cai' ? population : undefined),
    accountability,
    unitOfWork,
    clock,
    ids: sequentialIds(),
    livemode: () => false,
    statusOf: (error: unknown) => (error instanceof UpstreamError ? 504 : 500),
    deadlines: { verifyMs: 10_000 },
  }
  return { ...deps, register: population, verify: createVerifyIdentity(deps) }
}

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => {
      throw new Error('it succeeded')
    },
    (error: unknown) => error,
  )

const unavailable = () =>
  new UpstreamError('upstream_unavailable', 'connection refused', {
    upstream: 'population',
    operation: 'findPerson',
    fate: 'not_sent',
  })

describe('a declaration that is refused', () => {
  it.each<[string, VerifyIdentityInput, string, string | undefined]>([
    ['no purpose', { subject: declaring().subject }, 'purpose_required', undefined],
    [
      'a purpose without an officer',
      { ...declaring(), purpose: { ...purpose, officerId: '  ' } },
      'purpose_required',
      undefined,
    ],
    ['a number too short', declaring({ personalId: '01518500001' }), 'invalid_personal_id', '/subject/personalId'],
    [
      'a legacy number too long',
      declaring({ personalId: undefined, legacyId: '0600000190' }),
      'invalid_personal_id',
      '/subject/legacyId',
    ],
    ['no number', declaring({ personalId: undefined }), 'invalid_request', '/subject'],
    ['two numbers', declaring({ legacyId: '060000019' }), 'invalid_request', '/subject'],
    ['a day that does not exist', declaring({ dateOfBirth: '1985-02-29' }), 'invalid_request', '/subject/dateOfBirth'],
    [
      'an invisible character in the name',
      declaring({ fullName: 'Nguyễn Thị\u200b Hoà' }),
      'invalid_request',
      '/subject/fullName',
    ],
  ])('for %s reaches neither register nor record', async (_, input, code, pointer) => {
    const { verify, register, unitOfWork } = aHouse()
    const error = (await failureOf(verify(input, aRequest()))) as GatewayError
    expect(error).toBeInstanceOf(GatewayError)
    expect(error.code).toBe(code)
    expect(error.errors?.[0]?.pointer).toBe(pointer)
    expect(error.message).not.toMatch(/Nguyễn|Hoà|0151|0600/u)
    expect(register.calls).toEqual([])
    expect(unitOfWork.committed).toEqual([])
  })

  it('because the tenant has no register says so', async () => {
    const { verify } = aHouse()
    const { principal } = aRequest()
    const elsewhere = aRequest({ principal: { ...principal, tenant: 'son-la' } })
    expect(await failureOf(verify(declaring(), elsewhere))).toMatchObject({ code: 'upstream_not_configured' })
  })
})

describe('trouble with the register', () => {
  it('is put on record before it leaves', async () => {
    const { verify, register, unitOfWork, accountability } = aHouse()
    const trouble = unavailable()
    register.answerWith = () => Promise.reject(trouble)
    expect(await failureOf(verify(declaring({ gender: 'female' }), aRequest()))).toBe(trouble)
    expect(unitOfWork.committed).toEqual([
      { tenant: 'lao-cai', entries: [expect.objectContaining({ kind: 'verify' })], writes: [] },
    ])
    expect(accountability.steps).toEqual([
      expect.objectContaining({
        action: 'verifyIdentity',
        result: 'upstream_unavailable',
        httpStatus: 504,
        upstreamRef: register.calls[0]?.call.requestId,
        categories: ['fullName', 'dateOfBirth', 'gender'],
        subject: { type: 'person', value: '015185000011' },
      }),
    ])
  })

  it('does not leave when it cannot be put on record', async () => {
    const { verify, register, unitOfWork } = aHouse()
    register.answerWith = () => Promise.reject(unavailable())
    unitOfWork.failures.push(new GatewayError('storage_unavailable', 'no database'))
    expect(await failureOf(verify(declaring(), aRequest()))).toMatchObject({ code: 'storage_unavailable' })
  })

  it('of an unknown kind is recorded as our own', async () => {
    const { verify, register, accountability } = aHouse()
    register.answerWith = () => Promise.reject(new TypeError('a bug'))
    expect(await failureOf(verify(declaring(), aRequest()))).toBeInstanceOf(TypeError)
    expect(accountability.steps[0]).toMatchObject({ result: 'internal_error', httpStatus: 500 })
  })

  it('aborts the call when the deadline passes', async () => {
    const { verify, register, clock, accountability } = aHouse()
    register.answerWith = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    const verification = failureOf(verify(declaring(), aRequest()))
    clock.advance(9_999)
    expect(register.calls[0]?.call.signal.aborted).toBe(false)
    clock.advance(1)
    expect(await verification).toMatchObject({ code: 'upstream_timeout', fate: 'unknown', upstream: 'population' })
    expect(accountability.steps[0]).toMatchObject({ result: 'upstream_timeout', upstreamLatencyMs: 10_000 })
  })

  it('aborts the call when the caller leaves, and records that too', async () => {
    const { verify, register, accountability, clock } = aHouse()
    register.answerWith = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    const caller = new AbortController()
    const verification = failureOf(verify(declaring(), aRequest({ signal: caller.signal })))
    caller.abort(new Error('socket closed'))
    expect(await verification).toMatchObject({ message: 'socket closed' })
    expect(accountability.steps[0]).toMatchObject({ result: 'caller_gone' })
    expect(clock.pending, 'timers left behind').toBe(0)
  })
})

describe('an answer that cannot be put on record', () => {
  it('does not leave', async () => {
    const { verify, unitOfWork } = aHouse()
    unitOfWork.failures.push(new GatewayError('storage_unavailable', 'no database'))
    expect(await failureOf(verify(declaring(), aRequest()))).toMatchObject({ code: 'storage_unavailable' })
    expect(unitOfWork.committed).toEqual([])
  })

  it('because another request took the key stays here, but the question is recorded', async () => {
    const { verify, unitOfWork } = aHouse()
    const conflict = new CommitConflict('idempotency_key')
    unitOfWork.failures.push(conflict)
    expect(await failureOf(verify(declaring(), aRequest()))).toBe(conflict)
    expect(unitOfWork.committed).toEqual([{ tenant: 'lao-cai', entries: [expect.anything()], writes: [] }])
  })
})

describe('outcomes', () => {
  const everything = declaring({
    gender: 'female',
    permanentAddress: { provinceCode: '15', codesAsOf: '2025-07-01' },
  })
  const allMatch = { fullName: 'match', dateOfBirth: 'match', gender: 'match', permanentAddress: 'match' }

  it.each<[string, VerifyIdentityInput, Person[], object]>([
    [
      'nobody by number, name and birth date together',
      declaring(),
      [],
      { outcome: 'no_record', reason: 'keys_match_nobody', verdicts: {} },
    ],
    [
      'a number that was changed',
      declaring(),
      [{ ...hoa, standing: 'number_changed' }],
      { outcome: 'no_record', reason: 'number_changed', verdicts: {} },
    ],
    ['a deceased person', everything, [{ ...hoa, standing: 'deceased' }], { outcome: 'deceased', verdicts: allMatch }],
    [
      'a deceased person whose gender differs',
      declaring({ gender: 'male' }),
      [{ ...hoa, standing: 'deceased' }],
      { outcome: 'deceased', verdicts: { fullName: 'match', dateOfBirth: 'match', gender: 'mismatch' } },
    ],
    [
      'another tone',
      declaring({ fullName: 'Nguyễn Thị Hoá' }),
      [hoa],
      { outcome: 'mismatch', verdicts: { fullName: 'mismatch', dateOfBirth: 'match' }, hints: ['accents_differ'] },
    ],
    [
      'another gender',
      declaring({ gender: 'male' }),
      [hoa],
      { outcome: 'mismatch', verdicts: { fullName: 'match', dateOfBirth: 'match', gender: 'mismatch' } },
    ],
    [
      'a mismatch beside a gap',
      declaring({ gender: 'male', permanentAddress: { provinceCode: '10' } }),
      [hoa],
      {
        outcome: 'mismatch',
        verdicts: { fullName: 'match', dateOfBirth: 'match', gender: 'mismatch', permanentAddress: 'no_data' },
      },
    ],
    [
      'a register that knows only the year',
      declaring(),
      [{ ...hoa, dateOfBirth: { year: 1985 } }],
      { outcome: 'match_incomplete', verdicts: { fullName: 'match', dateOfBirth: 'no_data' } },
    ],
    [
      'old tone placement',
      declaring({ fullName: 'Nguyễn Thị Hòa' }),
      [hoa],
      { outcome: 'match', verdicts: { fullName: 'match_normalised', dateOfBirth: 'match' } },
    ],
    ['everything equal', everything, [hoa], { outcome: 'match', verdicts: allMatch }],
    [
      'the legacy number',
      declaring({ personalId: undefined, legacyId: '060000019', dateOfBirth: '1985' }),
      [hoa],
      { outcome: 'match', verdicts: { fullName: 'match', dateOfBirth: 'match' } },
    ],
  ])('for %s', async (_, input, people, expected) => {
    const { verify, accountability } = aHouse(people)
    const { id, warnings, source, checkedAt, livemode, evidence, ...judgement } = await verify(input, aRequest())
    expect(judgement).toEqual(expected)
    expect(accountability.steps[0]?.result).toBe(judgement.outcome)
    expect([id, warnings, source, checkedAt, livemode, evidence]).not.toContain(undefined)
  })
})

describe('warnings', () => {
  it('do not stop the register from being asked', async () => {
    const stranger = { ...hoa, personalId: '003385000011' as PersonalId }
    const { verify } = aHouse([stranger])
    const input = declaring({
      personalId: '003385000011',
      gender: 'male',
      permanentAddress: { provinceCode: '10' },
    })
    expect((await verify(input, aRequest())).warnings).toEqual([
      'unknown_registration_place',
      'gender_differs_from_number',
      'birth_year_differs_from_number',
      'unknown_province_code',
    ])
  })

  it('are not given about a legacy number, which says nothing about its holder', async () => {
    const { verify } = aHouse()
    const input = declaring({ personalId: undefined, legacyId: '060000019', gender: 'male' })
    expect((await verify(input, aRequest())).warnings).toEqual([])
  })
})

describe('the answer', () => {
  it('has the documented shape, evidence last, and no personal data', async () => {
    const { verify } = aHouse()
    const answer = await verify(declaring({ gender: 'female' }), aRequest())
    expect(answer).toEqual({
      id: expect.stringMatching(/^ver_\d{26}$/),
      outcome: 'match',
      verdicts: { fullName: 'match', dateOfBirth: 'match', gender: 'match' },
      warnings: [],
      source: {
        system: 'population',
        dialect: 'dancu037',
        requestId: expect.stringMatching(/^req_/),
        dataAsOf: '2026-11-23T02:00:00.000Z',
      },
      checkedAt: '2026-11-23T02:30:00.000Z',
      livemode: false,
      evidence: expect.stringMatching(/^evidence-of-aud_/),
    })
    expect(Object.keys(answer).at(-1)).toBe('evidence')
    expect(JSON.stringify(answer)).not.toMatch(/Nguy|Hoà|HOÀ|015185|1985|015080/iu)
  })

  it('is attested without its evidence, by canonical text', async () => {
    const { verify, accountability } = aHouse()
    const { evidence, ...answer } = await verify(declaring(), aRequest())
    expect(evidence).not.toBe('')
    expect(accountability.steps[0]?.response).toBe(canonicalJson(answer))
    expect(accountability.steps[0]?.request).toBe(canonicalJson(declaring()))
  })

  it('is stored in the unit that holds its audit entry, as the text that is sent', async () => {
    const { verify, unitOfWork } = aHouse()
    const answer = await verify(declaring(), aRequest())
    expect(unitOfWork.committed).toHaveLength(1)
    expect(unitOfWork.committed[0]?.entries).toHaveLength(1)
    expect(unitOfWork.committed[0]?.writes).toEqual([
      {
        kind: 'verification',
        row: {
          id: answer.id,
          clientId: 'demo-one-stop',
          outcome: 'match',
          answer: JSON.stringify(answer),
          createdAtMs: Date.parse('2026-11-23T02:30:00.000Z'),
        },
      },
    ])
  })

  it('is kept under the key the client sent, in the same unit', async () => {
    const { verify, unitOfWork } = aHouse()
    const scope = { tenant: 'lao-cai', clientId: 'demo-one-stop', method: 'POST', path: '/v1/x', key: 'k-1' }
    const answer = await verify(declaring(), aRequest(), { scope, fingerprint: 'F' })
    expect(unitOfWork.committed[0]?.writes[1]).toEqual({
      kind: 'idempotency',
      row: {
        scope,
        fingerprint: 'F',
        resourceId: answer.id,
        runningUntilMs: expect.any(Number),
        createdAtMs: expect.any(Number),
        answer: { status: 200, contentType: 'application/json', body: JSON.stringify(answer) },
      },
    })
  })
})

describe('the question to the register', () => {
  it('carries the declared name in NFC, the purpose, a fresh short id, a deadline and the trace', async () => {
    const { verify, register, clock } = aHouse()
    await verify(declaring({ fullName: 'Nguyễn Thị Hoà'.normalize('NFD') }), aRequest())
    const { query, call } = register.calls[0] ?? {}
    expect(query).toEqual({
      key: { kind: 'personal', value: '015185000011' },
      fullName: 'Nguyễn Thị Hoà'.normalize('NFC'),
      dateOfBirth: { year: 1985, month: 3, day: 7 },
      purpose,
    })
    expect(call).toMatchObject({ deadlineMs: 10_000, traceparent: aRequest().traceparent })
    expect(call?.requestId.length).toBeLessThanOrEqual(34)
    expect(call?.requestId).not.toBe('req_http')
    expect(clock.pending, 'timers left behind').toBe(0)
  })

  it('is put on record with who, why and what was compared', async () => {
    const { verify, accountability, clock } = aHouse()
    clock.advance(5)
    await verify(declaring({ permanentAddress: { provinceCode: '15' } }), aRequest())
    expect(accountability.steps).toHaveLength(1)
    expect(accountability.steps[0]).toMatchObject({
      kind: 'verify',
      action: 'verifyIdentity',
      principal: aRequest().principal,
      purpose,
      subject: { type: 'person', value: '015185000011' },
      procedureCode: '2.000635',
      dossierCode: 'H38.17-261123-0007',
      categories: ['fullName', 'dateOfBirth', 'permanentAddress'],
      upstream: 'population',
      result: 'match',
      httpStatus: 200,
      latencyMs: 5,
      traceId: aRequest().traceId,
    })
  })
})
