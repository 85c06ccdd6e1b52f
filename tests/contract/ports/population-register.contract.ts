/** What every `PopulationRegister` does, whatever stands behind it. */
import type { PopulationRegister } from '#domain/ports/population-register.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCall } from '../../support/a-call.ts'
import { people, personOf } from '../../support/invented-people.ts'
import { queryFor, queryForHoa } from '../../support/person-queries.ts'

export interface PopulationSubject {
  readonly register: PopulationRegister
  close(): Promise<void>
}

export function populationRegisterContract(name: string, open: () => Promise<PopulationSubject>): void {
  describe(`population register: ${name}`, () => {
    let subject: PopulationSubject
    beforeAll(async () => {
      subject = await open()
    })
    afterAll(() => subject.close())
    const find = (...asked: Parameters<typeof queryForHoa>) =>
      subject.register.findPerson(queryForHoa(...asked), aCall())

    it('finds nobody by number alone: the name must fit', async () => {
      expect(await find({ fullName: 'Trần Văn Không Có' })).toMatchObject({ kind: 'none' })
    })

    it('finds nobody by number alone: the birth date must fit', async () => {
      expect(await find({ dateOfBirth: { year: 1985, month: 3, day: 8 } })).toMatchObject({ kind: 'none' })
    })

    it('finds the person by all three, with the request id and a digest of the answer', async () => {
      const call = aCall()
      const answer = await subject.register.findPerson(queryForHoa(), call)
      expect(answer).toMatchObject({
        kind: 'found',
        person: { personalId: '015185000011', fullName: 'NGUYỄN THỊ HOÀ', gender: 'female', standing: 'living' },
        source: { requestId: call.requestId, answerSha256: expect.stringMatching(/^[\w-]{43}$/) },
      })
    })

    it('finds by the year when that is all that is known', async () => {
      expect(await find({ dateOfBirth: { year: 1985 } })).toMatchObject({ kind: 'found' })
    })

    it('does not mind how the name is spelt: case, accents, spaces', async () => {
      for (const fullName of ['NGUYEN THI HOA', 'nguyễn  thị hòa', 'Nguyễn Thị Hoà'.normalize('NFD')]) {
        expect(await find({ fullName })).toMatchObject({ kind: 'found', person: { fullName: 'NGUYỄN THỊ HOÀ' } })
      }
    })

    it('says yes or no, and the same as a look-up would', async () => {
      expect(await subject.register.confirmPerson(queryForHoa(), aCall())).toMatchObject({ exists: true })
      const stranger = queryForHoa({ fullName: 'Trần Văn Không Có' })
      expect(await subject.register.confirmPerson(stranger, aCall())).toMatchObject({ exists: false })
    })

    it('says of the dead and of changed numbers what they are', async () => {
      for (const status of ['deceased', 'number_changed'] as const) {
        const person = people.find((one) => one.status === status) ?? personOf('')
        const answer = await subject.register.findPerson(queryFor(person), aCall())
        expect(answer).toMatchObject({ kind: 'found', person: { standing: status } })
      }
    })
  })
}
