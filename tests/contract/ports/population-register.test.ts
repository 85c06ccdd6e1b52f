import { createPopulationAdapter } from '#adapters/population/index.ts'
import type { LegacyId, Person, PersonalId } from '#domain/person.ts'
import { parsePartialDate } from '#domain/partial-date.ts'
import { systemClock } from '#main/clock.ts'
import nock from 'nock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCall } from '../../support/a-call.ts'
import { fakePopulation } from '../../support/fake-population.ts'
import { people } from '../../support/invented-people.ts'
import { queryFor, queryForHoa } from '../../support/person-queries.ts'
import { openThreeSystems, type ThreeSystems } from '../../support/three-systems.ts'
import { populationRegisterContract } from './population-register.contract.ts'

populationRegisterContract('adapter dancu037 against the sandbox', async () => {
  const { population, close } = await openThreeSystems()
  return { register: population, close }
})

populationRegisterContract('adapter qcvn109 against the sandbox', async () => {
  const { strictPopulation, close } = await openThreeSystems()
  return { register: strictPopulation, close }
})

populationRegisterContract('in memory', async () => ({
  register: fakePopulation(people.map(asRegistered)),
  close: async () => undefined,
}))

const asRegistered = ({ personalId, legacyId, fullName, birth, gender, status }: (typeof people)[number]): Person => {
  const dateOfBirth = parsePartialDate(birth.date ?? String(birth.year))
  return {
    ...(personalId !== undefined && { personalId: personalId as PersonalId }),
    ...(legacyId !== undefined && { legacyId: legacyId as LegacyId }),
    fullName: fullName.toUpperCase().normalize('NFC'),
    ...(gender !== 'unknown' && { gender }),
    ...(dateOfBirth !== undefined && { dateOfBirth }),
    standing: status,
  }
}

describe('every invented person', () => {
  let systems: ThreeSystems
  beforeAll(async () => {
    systems = await openThreeSystems()
  })
  afterAll(() => systems.close())

  it.each(['population', 'strictPopulation'] as const)('is found through %s', async (register) => {
    for (const person of people) {
      const answer = await systems[register].findPerson(queryFor(person), aCall())
      expect(answer, person.key).toMatchObject({ kind: 'found', person: { standing: person.status } })
      expect(answer.kind === 'found' && answer.person.permanentAddress, person.key).toBeTruthy()
    }
    expect(await systems.control.violations()).toEqual([])
  })
})

describe('the population adapter over nock', () => {
  const adapter = createPopulationAdapter({
    dialect: 'dancu037',
    url: 'http://population.test/services/037',
    hashUrl: 'https://registered.test/037',
    user: 'u',
    secret: 's',
    clock: systemClock,
  })
  beforeAll(() => nock.disableNetConnect())
  afterAll(async () => {
    await adapter.close()
    nock.enableNetConnect()
    nock.cleanAll()
  })

  it('sends what the provider asks for and reads what it says', async () => {
    const body =
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><CongdanCollection xmlns="http://www.mic.gov.vn/dancu/1.0"/></s:Body></s:Envelope>'
    const scope = nock('http://population.test', {
      reqheaders: {
        soapaction: '""',
        timestamp: /^\d{13}$/,
        authorization: /^Basic /,
        'content-type': /^application\/xml/,
        'accept-encoding': 'identity',
      },
    })
      .post('/services/037', /<HoVaTen>NGUYENTHIHOA<\/HoVaTen>/)
      .reply(200, body, { 'content-type': 'text/xml' })
    expect(await adapter.findPerson(queryForHoa(), aCall())).toMatchObject({ kind: 'none' })
    expect(scope.isDone()).toBe(true)
  })

  it('is ready, and says so when its contract cannot be read', async () => {
    await expect(adapter.ready()).resolves.toBeUndefined()
  })
})
