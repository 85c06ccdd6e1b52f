/**
 * What must hold after every history, each a function over the findings: its name is its number in the project's list of
 * invariants (reliability: I1 to I20). A finding is a sentence for whoever must repair it.
 */
import { createHash } from 'node:crypto'
import { causeOf, isTerminal, transitions } from '#payments/transitions.ts'
import { paymentStateOf } from '#payments/payment-state.ts'
import { notFoundWindowMs } from '#payments/decide.ts'
import { refundTransitions, sumOfRefund } from '#payments/refund-transitions.ts'
import { billOf } from './portal-model.ts'
import { muteConnection } from './simulated-process.ts'
import type { AttemptFacts, EventFacts, Findings, RefundFacts } from './findings.ts'

export interface Violation {
  readonly invariant: InvariantName
  readonly sentence: string
}

type Invariant = (findings: Findings) => readonly string[]

const groupBy = <T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> =>
  Map.groupBy(items, key)

const attemptBy = (findings: Findings, reference: string): AttemptFacts | undefined =>
  findings.attempts.find(({ portal_reference }) => portal_reference === reference)

/** The attempt's own story; what happens to refunds is told beside it. */
const eventsOf = (findings: Findings, attempt: AttemptFacts): readonly EventFacts[] =>
  findings.events.filter(({ attempt_id, refund }) => attempt_id === attempt.id && refund === null)

const stepsOf = (findings: Findings, refund: RefundFacts): readonly EventFacts[] =>
  findings.events.filter((event) => event.refund?.id === refund.id)

/** Which transactions the portal itself brought back from the dead: paying twice is then its doing, and shown as such. */
const revived = ({ journal }: Findings): ReadonlySet<string> =>
  new Set(journal.filter(({ kind }) => kind === 'revived').map(({ reference }) => reference))

/** I1: one obligation is paid at most once by our doing. */
const paidOnce: Invariant = (findings) => {
  const exempt = revived(findings)
  const paid = findings.transactions
    .filter(({ standing, reference }) => standing === 'paid' && !exempt.has(reference))
    .flatMap(({ obligations }) => obligations)
  return repeated(paid).map((obligation) => `${obligation} was paid twice`)
}

/** I1a: at every moment at most one transaction of an obligation can be paid. */
const onePayable: Invariant = ({ journal, transactions }) => {
  const live = new Map<string, string>()
  const obligationsOf = new Map(transactions.map(({ reference, obligations }) => [reference, obligations]))
  return journal.flatMap(({ kind, reference }) =>
    (obligationsOf.get(reference) ?? []).flatMap((obligation) => {
      const other = live.get(obligation)
      if (kind === 'failed' && other === reference) live.delete(obligation)
      if (kind !== 'opened') return []
      live.set(obligation, reference)
      return other === undefined ? [] : [`${obligation} could be paid by ${other} and by ${reference}`]
    }),
  )
}

/** I1b: where the portal itself took money twice, a person is told. */
const twiceIsTold: Invariant = ({ transactions, attempts, cases }) => {
  const paid = transactions.filter(({ standing }) => standing === 'paid')
  const told = new Set(cases.map(({ payment_id }) => payment_id))
  return repeated(paid.flatMap(({ obligations }) => obligations)).flatMap((obligation) => {
    const references = paid
      .filter(({ obligations }) => obligations.includes(obligation))
      .map(({ reference }) => reference)
    const owners = attempts.filter(({ portal_reference }) => references.includes(portal_reference))
    return owners.some(({ payment_id }) => told.has(payment_id))
      ? []
      : [`${obligation} was paid twice and nobody is told`]
  })
}

/** I2: what was acknowledged is there. */
const nothingLost: Invariant = ({ acts, payments, notifications }) => {
  const stored = new Set(notifications.map(({ raw }) => new TextDecoder().decode(raw)))
  const references = new Map(payments.map(({ id, reference }) => [id, reference]))
  return acts.flatMap(({ subject, end }) => {
    if (end?.kind === 'notified' && end.verdict === 'acknowledged' && !stored.has(subject)) {
      return ['a notification was acknowledged and is not stored']
    }
    if (end?.kind !== 'answered' || end.answer.status !== 201) return []
    const { id, reference } = JSON.parse(end.answer.body) as { id: string; reference: string }
    return references.get(id) === reference ? [] : [`${id} was acknowledged and is not stored`]
  })
}

/** I2 for answers: one key, one answer, byte for byte. Bytes without evidence were never stored, and say so. */
const sameBytes: Invariant = ({ acts }) => {
  const answers = acts.flatMap(({ subject, end }) =>
    end?.kind === 'answered' && (end.answer.status >= 300 || end.answer.body.includes('"evidence"'))
      ? [{ subject, text: `${end.answer.status} ${end.answer.body}` }]
      : [],
  )
  return [...groupBy(answers, ({ subject }) => subject)].flatMap(([subject, given]) =>
    new Set(given.map(({ text }) => text)).size > 1 ? [`${subject} was answered differently`] : [],
  )
}

const legal = new Map(transitions.map((row) => [`${row.from} ${causeOf(row)} ${row.to}`, row]))

/** I3: every move is a row of the table, and what is over is left only by a correction that cites the portal. */
const legalMoves: Invariant = (findings) =>
  findings.attempts.flatMap((attempt) =>
    eventsOf(findings, attempt).flatMap((event, index, events) => {
      const { from_state, to_state, cause, portal_record } = event
      const before = events[index - 1]?.to_state ?? null
      if (from_state !== before) return [`${attempt.id} was ${String(before)} and moved from ${String(from_state)}`]
      if (from_state === null) return to_state === 'submitting' ? [] : [`${attempt.id} began ${to_state}`]
      const row = legal.get(`${from_state} ${cause} ${to_state}`)
      if (row === undefined) return [`${attempt.id} moved from ${from_state} to ${to_state} by ${cause}`]
      const mustCite = isTerminal(from_state) || row.correction !== undefined
      return mustCite && portal_record === null ? [`${attempt.id}: the correction ${cause} cites nothing`] : []
    }),
  )

const legalForRefunds = new Map(refundTransitions.map((row) => [`${row.from} ${row.to}`, row]))

/** I3 for refunds, and I15: every step is a row of their table, and the version counts them. */
const legalRefunds: Invariant = (findings) =>
  findings.refunds.flatMap((refund) => {
    const steps = stepsOf(findings, refund)
    const moves = steps.flatMap(({ refund: step }, index) => {
      const before = steps[index - 1]?.refund?.to
      if (step === null || step.from !== before) return [`${refund.id} was ${before} and moved from ${step?.from}`]
      if (step.from === undefined || legalForRefunds.has(`${step.from} ${step.to}`)) return []
      return [`${refund.id} moved from ${step.from} to ${step.to}`]
    })
    const isThere = steps.at(-1)?.refund?.to === refund.state && steps.length === refund.version
    return isThere ? moves : [...moves, `${refund.id} is ${refund.state}, which is not where its story ends`]
  })

/** I5 and I20: never more back than was paid, one refund at the portal for each of ours, and both sides' sums agree. */
const refundsWithinPaid: Invariant = ({ transactions, portalRefunds, refunds, payments, attempts }) => {
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n)
  const given = (reference: string) =>
    sum(
      portalRefunds
        .filter((one) => one.reference === reference && one.standing !== 'refused')
        .map(({ amount }) => amount),
    )
  return [
    ...transactions
      .filter(({ reference, paidAmount }) => given(reference) > paidAmount)
      .map(({ reference }) => `${reference}: ${given(reference)} was given back`),
    ...portalRefunds.flatMap(({ refundReference, body, amount }) => {
      const ours = refunds.filter(({ refund_reference }) => refund_reference === refundReference)
      const isOurs = ours.length === 1 && ours[0]?.body === body && ours[0].amount_dong === String(amount)
      return isOurs ? [] : [`the portal knows a refund ${refundReference} that is none of ours`]
    }),
    ...payments
      .filter((one) => BigInt(one.refunded_dong) + BigInt(one.refund_reserved_dong) > BigInt(one.amount_dong))
      .map(({ id }) => `${id} gives back, or means to, more than was paid`),
    ...payments.flatMap(({ id, refunded_dong, refund_reserved_dong }) => {
      const own = refunds.filter(({ payment_id }) => payment_id === id)
      const atPortal = sum(
        attempts.filter(({ payment_id }) => payment_id === id).map(({ portal_reference }) => given(portal_reference)),
      )
      const reserved = sum(
        own.filter(({ state }) => sumOfRefund(state) === 'reserved').map(({ amount_dong }) => BigInt(amount_dong)),
      )
      const agrees = BigInt(refunded_dong) === atPortal && BigInt(refund_reserved_dong) === reserved
      return agrees
        ? []
        : [`${id} says ${refunded_dong} given back, ${refund_reserved_dong} reserved; it is ${atPortal}, ${reserved}`]
    }),
  ]
}

/** I11: the journal sums to zero and follows from the moves; the gateway's own list of what is wrong with it is empty. */
const journalFollows: Invariant = ({ postings, journalFaults }) => [
  ...journalFaults.map(({ payment_id, fault, detail }) => `${payment_id}: ${fault} (${detail})`),
  ...postings.flatMap(({ payment_id, kind, entries }) => {
    const total = Object.values(entries).reduce((sum, dong) => sum + dong, 0)
    return total === 0 ? [] : [`${payment_id}: ${kind} sums to ${total}`]
  }),
]

/** I20: what the portal took and did not give back is what the journal says of each payment, in suspense or out of it. */
const conserved: Invariant = ({ payments, attempts, transactions, portalRefunds, postings }) =>
  payments.flatMap(({ id }) => {
    const own = new Set(
      attempts.filter(({ payment_id }) => payment_id === id).map(({ portal_reference }) => portal_reference),
    )
    const taken = transactions.filter(({ reference, standing }) => own.has(reference) && standing === 'paid')
    const given = portalRefunds.filter(({ reference, standing }) => own.has(reference) && standing !== 'refused')
    const there =
      taken.reduce((sum, { paidAmount }) => sum + paidAmount, 0n) - given.reduce((sum, { amount }) => sum + amount, 0n)
    const here = postings
      .filter(({ payment_id }) => payment_id === id)
      .flatMap(({ entries }) => [entries['portal_clearing'], entries['beneficiary'], entries['suspense']])
      .reduce((sum: number, dong) => sum + (dong ?? 0), 0)
    return BigInt(here) === there ? [] : [`${id}: ${here} in the journal, ${there} at the portal`]
  })

/** I9 and I18 for refunds: none stays under way, and none is refused but by a person or the portal. */
const refundsEnd: Invariant = (findings) =>
  findings.refunds.flatMap((refund) => {
    const { id, state, refund_reference } = refund
    const atPortal = findings.portalRefunds.find(
      ({ refundReference }) => refundReference === refund_reference,
    )?.standing
    if (['approved', 'submitting', 'in_doubt', 'accepted'].includes(state)) return [`${id} is still ${state}`]
    const expected = atPortal === 'refused' ? ['rejected', 'reversed'] : [atPortal ?? 'rejected']
    return state === 'requested' || expected.includes(state) ? [] : [`${id} is ${state}, at the portal ${atPortal}`]
  })

/** I4: an attempt is paid once, however often it is said. */
const oneEffect: Invariant = (findings) =>
  findings.attempts.flatMap((attempt) => {
    const events = eventsOf(findings, attempt)
    const count = (state: string) =>
      events.filter(({ to_state, cause }) => to_state === state || cause === state).length
    return count('paid') > 1 + count('reversed') ? [`${attempt.id} was paid more than once`] : []
  })

/** I6: what moves an attempt to paid or to its death is an answer the portal gave about this very reference. */
const onlyTrueAnswers: Invariant = (findings) =>
  findings.attempts.flatMap((attempt) =>
    eventsOf(findings, attempt).flatMap(({ to_state, portal_record }) => {
      if (portal_record === null) return to_state === 'paid' ? [`${attempt.id} became paid without an answer`] : []
      const given = findings.answers.get(portal_record.answerSha256)
      if (given?.reference !== attempt.portal_reference) return [`${attempt.id} cites an answer nobody gave about it`]
      return to_state === 'paid' && given.standing !== 'paid'
        ? [`${attempt.id} became paid by "${given.standing}"`]
        : []
    }),
  )

/** I6 for success taken back: the portal itself said failed, and had said so for the whole window. */
const takenBackByTwo: Invariant = (findings) =>
  findings.attempts.flatMap((attempt) =>
    eventsOf(findings, attempt)
      .filter(({ cause }) => cause === 'reversed')
      .flatMap(({ portal_record }) => {
        const { standing, atMs = 0 } = findings.answers.get(portal_record?.answerSha256 ?? '') ?? {}
        const back = findings.journal.findLast(
          ({ kind, reference }) => kind === 'taken_back' && reference === attempt.portal_reference,
        )
        const isLong = back !== undefined && atMs - back.atMs >= notFoundWindowMs
        return standing === 'failed' && isLong
          ? []
          : [`${attempt.id} was taken back by "${standing}", too early or alone`]
      }),
  )

/** I7: paid means paid at the portal, the whole amount. */
const paidIsPaid: Invariant = (findings) =>
  findings.attempts
    .filter(({ state }) => state === 'paid')
    .flatMap(({ id, payment_id, portal_reference }) => {
      const amount = findings.payments.find((payment) => payment.id === payment_id)?.amount_dong
      const transaction = findings.transactions.find(({ reference }) => reference === portal_reference)
      const isTrue = transaction?.standing === 'paid' && String(transaction.paidAmount) === amount
      return isTrue ? [] : [`${id} is paid here and not at the portal`]
    })

/** I8: every transaction of the portal is known here as what it is. */
const complete: Invariant = (findings) =>
  findings.transactions.flatMap(({ reference, standing, paidAmount, amount }) => {
    const attempt = attemptBy(findings, reference)
    if (attempt === undefined) return [`${reference} is known to the portal alone`]
    // Paid besides another attempt of the same payment: told to a person, by the notification's end.
    if (standing !== 'paid' || (revived(findings).has(reference) && hasLater(findings, attempt))) return []
    const expected = paidAmount === amount ? 'paid' : 'mismatch'
    return attempt.state === expected ? [] : [`${reference} is paid at the portal and ${attempt.state} here`]
  })

const hasLater = ({ attempts }: Findings, { payment_id, number }: AttemptFacts): boolean =>
  attempts.some((other) => other.payment_id === payment_id && other.number > number)

/** I8 for notifications: each has come to an end, and one about nothing of ours is kept as such. */
const notificationsSettled: Invariant = (findings) =>
  findings.notifications.flatMap(({ reference, settled_at_ms, outcome }) => {
    if (settled_at_ms === null) return [`a notification about ${reference} was never settled`]
    const isOurs = attemptBy(findings, reference) !== undefined
    return isOurs === (outcome === 'suspense') ? [`a notification about ${reference} ended as ${outcome}`] : []
  })

/** I9: with faults off nothing stays in doubt, but for what the portal itself leaves open. */
const progress: Invariant = (findings) =>
  findings.attempts.flatMap((attempt) => {
    const { id, state, portal_reference, expires_at_ms } = attempt
    const standing = findings.transactions.find(({ reference }) => reference === portal_reference)?.standing
    const isOver = findings.nowMs >= Number(expires_at_ms)
    if (attempt.connection === muteConnection) return mayBeLeft(findings, attempt) ? [] : [`${id} is still ${state}`]
    if (state === 'submitting') return [`${id} is still submitting`]
    if (state === 'in_doubt' && !(standing === 'pending' && isOver)) return [`${id} is still in doubt`]
    if (state === 'cancelling' && standing !== 'pending') return [`${id} is still cancelling`]
    return []
  })

/** What a portal that cannot be asked leaves open: whatever no file names, and in doubt once it was told of or is over. */
function mayBeLeft(findings: Findings, attempt: AttemptFacts): boolean {
  const { state, portal_reference, expires_at_ms } = attempt
  const isInFile = findings.transactions.find(({ reference }) => reference === portal_reference)?.isInFile === true
  if (isInFile && !isTerminal(state)) return state === 'mismatch'
  const isDoubtful = isClaimed(findings, attempt) || findings.nowMs >= Number(expires_at_ms)
  if (state === 'awaiting_payer') return !isDoubtful
  return state === 'in_doubt' ? isDoubtful : state !== 'submitting'
}

const isClaimed = ({ notifications }: Findings, { portal_reference }: AttemptFacts): boolean =>
  notifications.some(
    ({ reference, raw }) => reference === portal_reference && !new TextDecoder().decode(raw).includes('"failed"'),
  )

/** I8 of a portal that cannot be asked: its claim about what is dead here is before a person. */
const claimsTold: Invariant = (findings) =>
  findings.attempts
    .filter(({ connection, state }) => connection === muteConnection && isTerminal(state) && state !== 'paid')
    .filter((attempt) =>
      findings.notifications.some(
        ({ reference, outcome }) => reference === attempt.portal_reference && outcome === 'disputed',
      ),
    )
    .filter(({ payment_id }) => !findings.cases.some((one) => one.payment_id === payment_id))
    .map(({ id }) => `${id} is called paid by the portal, and nobody is told`)

/** I9 for bills: what is paid has the portal's bill, byte for byte, but where a refund ended it; nothing else has one. */
const billsKept: Invariant = (findings) => {
  const owed = new Map(findings.bills.map((bill) => [bill.attempt_id, bill]))
  const isRefunded = (wanted: string) =>
    findings.portalRefunds.some(({ reference, standing }) => reference === wanted && standing === 'completed')
  return [
    ...findings.attempts
      .filter(({ state }) => state === 'paid')
      .flatMap(({ id, portal_reference }) => {
        const bill = owed.get(id)
        if (bill === undefined) return [`${id} is paid and owes no bill`]
        if (bill.state === 'ended' && isRefunded(portal_reference)) return []
        if (bill.state !== 'kept' || bill.bytes === null) return [`the bill of ${id} is ${bill.state}`]
        return Buffer.compare(bill.bytes, billOf(portal_reference)) === 0
          ? []
          : [`the bill of ${id} is not the portal's`]
      }),
    ...findings.attempts
      .filter(({ id }) => owed.has(id))
      .filter((attempt) => !eventsOf(findings, attempt).some(({ to_state }) => to_state === 'paid'))
      .map(({ id }) => `${id} was never paid and owes a bill`),
  ]
}

/** I14: one audit entry for each move and each creation; evidence that left the house names an entry that is there. */
const accounted: Invariant = ({ entries, events, acts }) => {
  const leaves = entries.map(({ leaf }) => JSON.parse(leaf) as Leaf)
  const written = leaves.flatMap(({ subject, result, from, to }) =>
    to === undefined ? [] : [`${subject} ${result === 'attempt_created' ? 'none' : from} ${to}`],
  )
  const happened = events.map(({ payment_id, from_state, to_state, refund }) =>
    refund === null
      ? `${payment_id} ${from_state ?? 'none'} ${to_state}`
      : `${payment_id} ${refund.from ?? 'none'} ${refund.to}`,
  )
  const ids = new Set(entries.map(({ id }) => id))
  const named = acts.flatMap(({ end }) => {
    const entry = end?.kind === 'answered' ? /evidence-of-(aud_\w+)/.exec(end.answer.body)?.[1] : undefined
    return entry === undefined || ids.has(entry) ? [] : [`${entry} was shown as evidence and is not stored`]
  })
  const said = written.toSorted().join()
  const done = happened.toSorted().join()
  return [...named, ...(said === done ? [] : [`audit says [${said}], events [${done}]`])]
}

interface Leaf {
  readonly subject?: string
  readonly result: string
  readonly from?: string
  readonly to?: string
}

/** I14: each writer's chain is whole. */
const chained: Invariant = ({ entries }) =>
  [...groupBy(entries, ({ writer }) => writer)].flatMap(([writer, links]) =>
    links.flatMap(({ writer_seq, prev_hash, chain_hash, leaf_hash }, index) => {
      const before = links[index - 1]?.chain_hash ?? createHash('sha256').update(writer).digest()
      const hash = createHash('sha256').update(before).update(leaf_hash).digest()
      const isWhole =
        Number(writer_seq) === index + 1 && hash.equals(chain_hash) && Buffer.compare(before, prev_hash) === 0
      return isWhole ? [] : [`the audit chain of ${writer} breaks at ${writer_seq}`]
    }),
  )

/** I15: the version counts the moves, so nobody moved past a fence. */
const fenced: Invariant = (findings) =>
  findings.attempts.flatMap((attempt) => {
    const moves = eventsOf(findings, attempt).length
    return attempt.version === moves ? [] : [`${attempt.id} has version ${attempt.version} after ${moves} events`]
  })

/** I13 and I16: the story is gapless, and the payment stands where its story ends. */
const gapless: Invariant = (findings) =>
  findings.payments.flatMap((payment) => {
    const events = findings.events.filter(({ payment_id }) => payment_id === payment.id)
    const attempts = findings.attempts.filter(({ payment_id }) => payment_id === payment.id)
    const dead = ['failed', 'expired', 'cancelled']
    const attempt = attempts.find(({ state }) => !dead.includes(state)) ?? attempts.at(-1)
    if (attempt === undefined) return [`${payment.id} has no attempt`]
    const state = paymentStateOf({
      attempt: attempt.state,
      amount: { dong: BigInt(payment.amount_dong) },
      refunded: { dong: BigInt(payment.refunded_dong) },
    })
    const last = findings.events.filter(({ attempt_id }) => attempt_id === attempt.id).at(-1)
    return [
      ...(events.every(({ sequence }, index) => sequence === index + 1)
        ? []
        : [`${payment.id}: its events have a gap`]),
      ...(events.length === payment.sequence
        ? []
        : [`${payment.id} says ${payment.sequence}, has ${events.length} events`]),
      ...(last?.to_state === attempt.state
        ? []
        : [`${attempt.id} is ${attempt.state}, its story ends ${last?.to_state}`]),
      ...(payment.state === state ? [] : [`${payment.id} is ${payment.state} where ${state} follows from its attempt`]),
    ]
  })

/** I16: everything that happened is owed to the client of its tenant, once, and has reached it by the end. */
const everythingTold: Invariant = ({ events, cases, deliveries, received }) => {
  const happened = [
    ...events.map(({ id, type, tenant_id }) => ({ id, type, tenant_id })),
    ...cases.map(({ id, tenant_id }) => ({ id: `evt_${id.slice(4)}`, type: 'case.opened', tenant_id })),
  ]
  const owed = groupBy(deliveries, ({ event_id }) => event_id)
  const taken = groupBy(
    received.filter(({ isTaken }) => isTaken),
    ({ id, url }) => `${id} ${url}`,
  )
  const ofEvents = happened.flatMap(({ id, type, tenant_id }) => {
    const [delivery, ...others] = owed.get(id) ?? []
    if (delivery === undefined) return [`${id} is owed to nobody`]
    if (others.length > 0 || delivery.tenant_id !== tenant_id) return [`${id} is owed to somebody else`]
    if (delivery.state !== 'delivered') return [`${id} is ${delivery.state} and not delivered`]
    const [first] = taken.get(`${id} https://${tenant_id}.vn/`) ?? []
    return first?.type === type ? [] : [`${id} counts as delivered and never arrived`]
  })
  return [...ofEvents, ...(deliveries.length === happened.length ? [] : ['something is owed that never happened'])]
}

/** I16: what is told of one payment has every number from 1 to its last. */
const toldWithoutGap: Invariant = ({ received }) =>
  [...groupBy(received, ({ subject }) => subject)].flatMap(([subject, told]) => {
    const numbers = [...new Set(told.map(({ sequence }) => sequence))].toSorted((a, b) => a - b)
    const isWhole = numbers.every((sequence, index) => sequence === index + 1)
    return isWhole ? [] : [`of ${subject} was told ${numbers.join()}`]
  })

/** The lock on an obligation is held exactly by those who may still take, or have taken, the money. */
const locksHeld: Invariant = (findings) => {
  const dead = ['failed', 'expired', 'cancelled']
  const exempt = revived(findings)
  const held = findings.lines.filter(({ holds }) => holds)
  const twice = repeated(
    held.map(({ tenant_id, dossier_code, code, instalment }) => `${tenant_id} ${dossier_code} ${code} ${instalment}`),
  )
  return [
    ...twice.map((obligation) => `${obligation} is held twice`),
    ...findings.attempts
      .filter(
        (attempt) => attempt === findings.attempts.findLast(({ payment_id }) => payment_id === attempt.payment_id),
      )
      .filter(
        ({ payment_id }) =>
          !findings.attempts.some((one) => one.payment_id === payment_id && exempt.has(one.portal_reference)),
      )
      .filter(({ payment_id, state }) => held.some((line) => line.payment_id === payment_id) === dead.includes(state))
      .map(({ payment_id, state }) => `${payment_id} is ${state} and its obligation is held wrongly`),
  ]
}

/** I17: one reference, one message, byte for byte; none is ever shared. */
const oneReference: Invariant = ({ journal, transactions, attempts }) => [
  ...journal
    .filter(({ kind }) => kind === 'other_bytes')
    .map(({ reference }) => `${reference} was sent with other bytes`),
  ...transactions.flatMap(({ reference, body }) => {
    const attempt = attempts.find(({ portal_reference }) => portal_reference === reference)
    return attempt === undefined || attempt.init_body === body ? [] : [`${reference} went out with other bytes`]
  }),
]

/** I18: dead only by the portal's word: failed, refused at the door, or unknown twice across the window. */
const neverByTheClock: Invariant = (findings) =>
  findings.attempts.flatMap((attempt) =>
    eventsOf(findings, attempt)
      .filter(({ to_state }) => ['failed', 'expired', 'cancelled'].includes(to_state))
      .filter((event) => !isProvenDead(findings, attempt, event))
      .map(({ to_state, cause }) => `${attempt.id} became ${to_state} by ${cause}, and the portal never said so`),
  )

function isProvenDead(findings: Findings, attempt: AttemptFacts, { portal_record, cause }: EventFacts): boolean {
  const { portal_reference } = attempt
  if (portal_record === null) {
    return cause === 'portal_refused' && !findings.transactions.some(({ reference }) => reference === portal_reference)
  }
  const cited = findings.answers.get(portal_record.answerSha256)
  if (cited?.standing !== 'not_found') return cited?.standing === 'failed'
  return [...findings.answers.values()].some(
    ({ reference, standing, atMs }) =>
      reference === portal_reference && standing === 'not_found' && cited.atMs - atMs >= notFoundWindowMs,
  )
}

/** I19: nothing of one tenant reaches another. */
const tenantsApart: Invariant = ({ payments, attempts, events, refunds, bills, lines, postings, keys, acts }) => {
  const tenantOf = new Map(payments.map(({ id, tenant_id }) => [id, tenant_id]))
  const rows = [...attempts, ...events, ...refunds, ...bills, ...lines, ...postings]
  const clientOf = new Map(payments.map((payment) => [payment.id, payment as { client_id?: string }]))
  return [
    ...rows
      .filter(({ payment_id, tenant_id }) => tenantOf.get(payment_id) !== tenant_id)
      .map(({ payment_id }) => `${payment_id} has rows of another tenant`),
    ...keys
      .filter(({ path }) => path === '/v1/payments')
      .filter(
        ({ resource_id, client_id }) => resource_id !== null && clientOf.get(resource_id)?.client_id !== client_id,
      )
      .map(({ key }) => `${key} names another client's payment`),
    ...acts.flatMap(({ tenant, subject, kind, end }) => {
      const id = idSeen(end)
      if (id === undefined) return []
      const isForeign = tenantOf.get(id) !== undefined && tenantOf.get(id) !== tenant
      const isOthers = kind === 'create' && !subject.startsWith(`${clientOf.get(id)?.client_id} `)
      return isForeign || isOthers ? [`${id} was shown to somebody else`] : []
    }),
  ]
}

function idSeen(end: Findings['acts'][number]['end']): string | undefined {
  if (end?.kind === 'seen') return end.view.id
  if (end?.kind !== 'answered' || end.answer.status !== 201) return undefined
  return (JSON.parse(end.answer.body) as { id: string }).id
}

/** No act ends in a fault of ours. */
const noSurprises: Invariant = ({ acts }) =>
  acts.flatMap(({ kind, end }) => {
    if (end?.kind === 'broken') return [`${kind} broke: ${String(end.error)}`]
    return end?.kind === 'refused' && end.code === 'internal_error' ? [`${kind} ended as internal_error`] : []
  })

function repeated(items: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return items.filter((item) => seen.size === seen.add(item).size)
}

export const invariants = {
  I1_paid_once: paidOnce,
  I1a_one_payable: onePayable,
  I1b_twice_is_told: twiceIsTold,
  I2_nothing_lost: nothingLost,
  I2_same_bytes: sameBytes,
  I3_legal_moves: legalMoves,
  I3_legal_refunds: legalRefunds,
  I4_one_effect: oneEffect,
  I5_I20_refunds_within_paid: refundsWithinPaid,
  I6_only_true_answers: onlyTrueAnswers,
  I6_taken_back_by_two: takenBackByTwo,
  I7_paid_is_paid: paidIsPaid,
  I8_complete: complete,
  I8_notifications_settled: notificationsSettled,
  I8_claims_told: claimsTold,
  I9_progress: progress,
  I9_bills_kept: billsKept,
  I9_I18_refunds_end: refundsEnd,
  I11_journal_follows: journalFollows,
  I13_I16_gapless: gapless,
  I14_accounted: accounted,
  I14_chained: chained,
  I15_fenced: fenced,
  I16_everything_told: everythingTold,
  I16_told_without_gap: toldWithoutGap,
  I17_one_reference: oneReference,
  I18_never_by_the_clock: neverByTheClock,
  I19_tenants_apart: tenantsApart,
  I20_conserved: conserved,
  locks_held: locksHeld,
  no_surprises: noSurprises,
} satisfies Record<string, Invariant>
export type InvariantName = keyof typeof invariants | 'I12_idempotent'

export const violationsIn = (findings: Findings): readonly Violation[] =>
  (Object.keys(invariants) as (keyof typeof invariants)[]).flatMap((invariant) =>
    invariants[invariant](findings).map((sentence) => ({ invariant, sentence })),
  )
