/**
 * What an answer does to a bill that is owed: pure. Not being ready is no trouble, and trouble is no answer; both mean to ask
 * again, on the schedule of doubt. After its last look a bill is parked: told to an operator, and still asked for by who wants it.
 */
import { createHash } from 'node:crypto'
import type { OwedBill } from '#domain/bill.ts'
import { assertNever } from '#domain/errors.ts'
import type { Bill } from '#domain/portal.ts'
import type { BillMove } from '#domain/ports/unit-of-work.ts'
import { limboDelayMs } from './limbo-schedule.ts'

export type BillObservation =
  | Bill
  /** No usable answer: `reason` is the code of the trouble. */
  | { readonly kind: 'unasked'; readonly reason: string }

/**
 * Behind the rush that payments come in: while it lasts the portal and the queue belong to confirming. Nobody waits for this look;
 * whoever wants the bill at once is asked for on the way.
 */
const firstLookAfterMs = 120_000

export const firstBillDueAtMs = (paidAtMs: number): number => paidAtMs + firstLookAfterMs

export function decideBill(owed: OwedBill, seen: BillObservation, nowMs: number): BillMove {
  const { attemptId, state, version } = owed
  const fenced = { attemptId, expected: { state, version }, tries: owed.tries + 1 }
  switch (seen.kind) {
    case 'issued': {
      const sha256 = createHash('sha256').update(seen.pdf).digest()
      return { ...fenced, to: 'kept', dueAtMs: null, kept: { pdf: seen.pdf, sha256, fetchedAtMs: nowMs } }
    }
    case 'ended':
      return { ...fenced, to: 'ended', dueAtMs: null }
    case 'not_ready':
    case 'not_paid':
      return { ...fenced, ...later(fenced.tries, nowMs), lastAnswer: seen.kind }
    case 'unasked':
      return { ...fenced, ...later(fenced.tries, nowMs), lastAnswer: seen.reason }
    default:
      return assertNever(seen)
  }
}

function later(tries: number, nowMs: number): Pick<BillMove, 'to' | 'dueAtMs'> {
  const delayMs = limboDelayMs(tries)
  return delayMs === undefined ? { to: 'parked', dueAtMs: null } : { to: 'wanted', dueAtMs: nowMs + delayMs }
}
