import type { CallContext } from '../call-context.ts'
import type { PersonAnswer, PersonQuery, PersonSource } from '../person.ts'

/** The national population database, service 037. Both operations are reads. Errors: `UpstreamError`. */
export interface PopulationRegister {
  /** `TraCuuThongTinCongDan`. */
  findPerson(query: PersonQuery, call: CallContext): Promise<PersonAnswer>
  /** `XacThucThongTinCongDan`: yes or no, the privacy-friendly one. */
  confirmPerson(
    query: PersonQuery,
    call: CallContext,
  ): Promise<{ readonly exists: boolean; readonly source: PersonSource }>
}
