/** A case, once for everything that is found: its id says what it is about, so a second finding writes nothing. */
import type { Clock } from '#domain/clock.ts'
import type { CaseOpener, NewCase } from '#domain/ports/case-opener.ts'
import { derivedId } from './derived-id.ts'

export const caseIdOf = ({ tenant, kind, connection, paymentId, details }: NewCase): string =>
  derivedId('cas', { tenant, kind, connection, paymentId, details })

export const createCaseOpener = ({ clock }: { readonly clock: Clock }): CaseOpener => ({
  open: (found) => [{ kind: 'case', row: { ...found, id: caseIdOf(found), state: 'open', openedAtMs: clock.nowMs() } }],
})
