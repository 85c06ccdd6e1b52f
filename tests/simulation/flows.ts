/** The flows whose every step is struck. Each begins where its story begins, and most know where they must end. */
import type { BillState } from '#domain/bill.ts'
import type { PaymentState } from '#domain/payment.ts'
import { newest, type Flow } from './crash-points.ts'
import { clients, muteOrderOf, orderOf, type Act, type Asked, type Order, type World } from './world.ts'

const [client, feeDesk, otherTenant] = clients
const order = orderOf(client, 0)
const muteOrder = muteOrderOf(client, 0)
const minute = 60_000

const create = (world: World, wanted: Order = order): void => {
  world.create(newest(world), wanted)
}

/** Creates without trouble. */
async function created(world: World, wanted: Order = order): Promise<void> {
  create(world, wanted)
  await world.finish()
}

/** Creates, and INIT's answer is lost; with `isMessageLost` the portal never hears of it. */
async function createdInDoubt(world: World, isMessageLost = false, wanted: Order = order): Promise<void> {
  create(world, wanted)
  await untilLost(world, 'portal openTransaction', isMessageLost)
}

/** Goes on to the end, and loses what is named: the message itself, or only its answer. */
async function untilLost({ steps, processes }: World, name: string, isMessageLost: boolean): Promise<void> {
  await steps.settle()
  for (let [parked] = steps.waiting(); parked !== undefined; [parked] = steps.waiting()) {
    if (parked.name !== name) await steps.answer(parked)
    else if (isMessageLost) await steps.drop(parked, 'silent')
    else await steps.lose(parked)
  }
  for (const { jobs } of processes) jobs.length = 0
}

const settleByFile = (world: World): void => {
  world.settleByFile(newest(world), referenceOf(world))
}

/** Created at the portal that cannot be asked, which announces a payment. */
async function announcedByMute(world: World, amount?: bigint): Promise<void> {
  await created(world, muteOrder)
  world.portal.pay(referenceOf(world), amount)
  announced(world)
  await received(world)
}

/** What its settlement file called failed. */
async function failedByFile(world: World): Promise<void> {
  await created(world, muteOrder)
  world.portal.fail(referenceOf(world))
  settleByFile(world)
  await world.finish()
}

const forgetJobs = (world: World): void => {
  for (const { jobs } of world.processes) jobs.length = 0
}

const referenceOf = (world: World): string => world.portal.transactions()[0]?.reference ?? ''

/** Announced by the portal, not yet sent. */
function announced(world: World, differing: Parameters<World['portal']['notification']>[1] = {}): void {
  const raw = world.portal.notification(referenceOf(world), differing)
  const [transaction] = world.portal.transactions()
  world.outbox.push({ connection: transaction?.connection ?? 'portal-a', raw, isAcknowledged: false })
}

const notify = (world: World): void => {
  world.notify(newest(world), world.outbox.length - 1)
}

async function received(world: World): Promise<void> {
  notify(world)
  await world.finish()
}

const runJobs = (world: World): void => {
  const process = newest(world)
  for (const { job } of process.jobs.splice(0)) world.run(process, job)
}

const settleFirst = (world: World): void => {
  const process = newest(world)
  const id = firstId(world)
  if (id !== undefined) world.run(process, { kind: 'settle_attempt', tenant: client.tenant, paymentId: id })
}

const fetchBill = (world: World): void => {
  const end = world.acts.find(({ kind }) => kind === 'create')?.end
  if (end?.kind !== 'answered') return
  const { attempt } = JSON.parse(end.answer.body) as { attempt: { id: string } }
  world.run(newest(world), { kind: 'fetch_bill', tenant: client.tenant, attemptId: attempt.id })
}

/** What the newest answer of this kind names. */
const lastId = ({ acts }: World, kind: string): string | undefined =>
  idIn(acts.findLast((act) => act.kind === kind && act.end?.kind === 'answered'))

function idIn(act: Act | undefined): string | undefined {
  const end = act?.end
  if (end?.kind !== 'answered' || end.answer.status !== 201) return undefined
  return (JSON.parse(end.answer.body) as { id: string }).id
}

const firstId = ({ acts }: World): string | undefined => idIn(acts.find(({ kind }) => kind === 'create'))

const onFirst = (world: World, act: (asked: Asked) => unknown): void => {
  const paymentId = firstId(world)
  if (paymentId !== undefined) act({ client, key: 'step', paymentId })
}

async function failed(world: World): Promise<void> {
  await createdInDoubt(world)
  world.portal.fail(referenceOf(world))
  await world.advance(10_000)
  settleFirst(world)
  await world.finish()
}

/** The first attempt is dead and turns out paid, while another one waits for its payer; the portal says so twice. */
async function paidBesides(world: World): Promise<void> {
  await failed(world)
  onFirst(world, (asked) => world.createAttempt(newest(world), asked))
  await world.finish()
  world.portal.revive(referenceOf(world))
  for (const note of ['once', 'again']) {
    announced(world, { note })
    await received(world)
  }
}

async function paid(world: World): Promise<void> {
  await createdInDoubt(world)
  world.portal.pay(referenceOf(world))
  await world.advance(10_000)
  settleFirst(world)
  await world.finish()
}

const requestRefund = (world: World, amount: number, key = 'step'): void => {
  onFirst(world, (asked) => {
    world.requestRefund(newest(world), { ...asked, key }, { amount, expectedRefundable: 50_000 })
  })
}

const settleRefund = (world: World): void => {
  const refundId = lastId(world, 'requestRefund')
  if (refundId !== undefined) world.run(newest(world), { kind: 'settle_refund', tenant: client.tenant, refundId })
}

/** What the first payment's row must say in the end. */
const endsAs =
  (...states: readonly PaymentState[]): NonNullable<Flow['end']> =>
  async ({ database }) => {
    const [first] = await database.rows('select state from gateway.payments order by id limit 1')
    const state = String(first?.['state'])
    return (states as readonly string[]).includes(state) ? undefined : `it is ${state}, not ${states.join(' or ')}`
  }

const billEndsAs =
  (wanted: BillState): NonNullable<Flow['end']> =>
  async ({ database }) => {
    const [first] = await database.rows('select state from gateway.portal_bills order by attempt_id limit 1')
    return first?.['state'] === wanted ? undefined : `its bill is ${String(first?.['state'])}, not ${wanted}`
  }

/** The last answer to the given kind of act. */
const answersWith =
  (isWanted: (text: string) => boolean): NonNullable<Flow['end']> =>
  async ({ acts }) => {
    const end = acts.findLast(({ kind }) => kind === 'create')?.end
    const text = end?.kind === 'answered' ? end.answer.body : end?.kind === 'refused' ? end.code : 'nothing'
    return isWanted(text) ? undefined : `its caller was told ${text}`
  }

/** Created by a process that died before anybody was answered. */
async function createdByTheDead(world: World): Promise<void> {
  create(world)
  await world.steps.settle()
  for (const [parked] of [world.steps.waiting(), world.steps.waiting()]) {
    if (parked !== undefined) await world.steps.answer(parked)
  }
  for (const [parked] of [world.steps.waiting()]) if (parked?.name === 'db commit') await world.steps.answer(parked)
  world.crash(newest(world))
  await world.advance(20_000)
}

export const flows: readonly Flow[] = [
  { name: 'create', prepare: async () => {}, act: create, end: endsAs('awaiting_payer') },
  {
    name: 'replay for a dead process',
    prepare: createdByTheDead,
    act: create,
    end: endsAs('awaiting_payer'),
  },
  {
    name: 'two replays at once for a dead process',
    prepare: createdByTheDead,
    act: (world) => {
      create(world)
      create(world)
    },
    end: endsAs('awaiting_payer'),
  },
  {
    name: 'replay of an answer',
    prepare: (world) => created(world),
    act: create,
    end: answersWith((text) => text.includes('"awaiting_payer"')),
  },
  {
    name: 'another body under the same key',
    prepare: (world) => created(world),
    act: (world) => create(world, { ...order, input: orderOf(client, 2).input }),
    end: answersWith((text) => text === 'idempotency_key_reused'),
  },
  {
    name: 'the same key of another client',
    prepare: (world) => created(world),
    act: (world) => create(world, { ...orderOf(feeDesk, 2), key: order.key }),
    end: answersWith(
      (text) => text.includes('"awaiting_payer"') || text.includes('"submitting"') || text.includes('"in_doubt"'),
    ),
  },
  {
    name: 'the same reference in another tenant',
    prepare: (world) => created(world),
    act: (world) => create(world, orderOf(otherTenant, 0)),
  },
  {
    name: 'an obligation that is taken',
    prepare: (world) => created(world),
    act: (world) => create(world, orderOf(client, 1)),
    end: answersWith((text) => text.includes('obligation_exists')),
  },
  {
    name: 'a reference that is taken',
    prepare: (world) => created(world),
    act: (world) => create(world, orderOf(client, 2, { reference: order.input.reference })),
    end: answersWith((text) => text.includes('reference_exists')),
  },
  {
    name: 'settle what the portal knows',
    prepare: async (world) => {
      await createdInDoubt(world)
      await world.advance(10_000)
    },
    act: settleFirst,
    end: endsAs('awaiting_payer'),
  },
  {
    name: 'settle what never arrived, by sending it again',
    prepare: async (world) => {
      await createdInDoubt(world, true)
      await world.advance(10_000)
    },
    act: settleFirst,
    end: endsAs('awaiting_payer'),
  },
  {
    name: 'settle what was paid meanwhile',
    prepare: async (world) => {
      await createdInDoubt(world)
      world.portal.pay(referenceOf(world))
      await world.advance(10_000)
    },
    act: settleFirst,
    end: endsAs('paid'),
  },
  {
    name: 'settle what the portal failed',
    prepare: async (world) => {
      await createdInDoubt(world)
      world.portal.fail(referenceOf(world))
      await world.advance(10_000)
    },
    act: settleFirst,
    end: endsAs('failed'),
  },
  {
    name: 'give up what is unknown for the second time',
    prepare: async (world) => {
      await createdInDoubt(world, true, orderOf(client, 3))
      await world.advance(65 * minute)
      settleFirst(world)
      await world.finish()
      await world.advance(40 * minute)
    },
    act: settleFirst,
    end: endsAs('failed'),
  },
  {
    name: 'receive and confirm a notification',
    prepare: async (world) => {
      await created(world)
      world.portal.pay(referenceOf(world))
      announced(world)
    },
    act: notify,
    end: endsAs('paid'),
  },
  {
    name: 'confirm a notification',
    prepare: async (world) => {
      await created(world)
      world.portal.pay(referenceOf(world))
      announced(world)
      await received(world)
    },
    act: runJobs,
    end: endsAs('paid'),
  },
  {
    name: 'confirm a notification about another amount',
    prepare: async (world) => {
      await created(world)
      world.portal.pay(referenceOf(world), 49_000n)
      announced(world)
      await received(world)
    },
    act: runJobs,
    end: endsAs('mismatch'),
  },
  {
    name: 'confirm a notification about nothing of ours',
    prepare: async (world) => {
      await created(world)
      announced(world, { reference: 'UNKNOWN0000000000001' })
      await received(world)
    },
    act: runJobs,
    end: endsAs('awaiting_payer'),
  },
  {
    name: 'confirm a payment of what had failed',
    prepare: async (world) => {
      await failed(world)
      world.portal.revive(referenceOf(world))
      announced(world)
      await received(world)
    },
    act: runJobs,
    end: endsAs('paid'),
  },
  {
    name: 'confirm a payment of what had failed, beside another attempt',
    prepare: (world) => paidBesides(world),
    act: runJobs,
    end: endsAs('awaiting_payer'),
  },
  {
    name: 'confirm a payment of what had failed, when the attempt beside it has failed too',
    prepare: async (world) => {
      await paidBesides(world)
      const another = world.portal.transactions()[1]?.reference ?? ''
      world.portal.fail(another)
      announced(world, { reference: another })
      await received(world)
      // One after the other: what is confirmed first still stands beside a live attempt.
      const process = newest(world)
      for (const { job } of process.jobs.splice(0)) {
        world.run(process, job)
        await world.finish()
      }
      announced(world, { note: 'at last' })
      await received(world)
    },
    act: runJobs,
    end: endsAs('paid'),
  },
  {
    name: 'look at a payment in doubt',
    prepare: async (world) => {
      await createdInDoubt(world)
      world.portal.pay(referenceOf(world))
    },
    act: (world) => {
      const id = firstId(world)
      if (id !== undefined) world.get(newest(world), client, id)
    },
    end: endsAs('paid'),
  },
  {
    name: 'open another attempt',
    prepare: (world) => failed(world),
    act: (world) => onFirst(world, (asked) => world.createAttempt(newest(world), asked)),
    end: endsAs('awaiting_payer'),
  },
  {
    name: 'cancel what nobody paid',
    prepare: (world) => created(world),
    act: (world) => {
      world.portal.fail(referenceOf(world))
      onFirst(world, (asked) => world.cancel(newest(world), asked))
    },
    end: endsAs('cancelled', 'failed'),
  },
  {
    name: 'cancel what was just paid',
    prepare: async (world) => {
      await created(world)
      world.portal.pay(referenceOf(world))
    },
    act: (world) => onFirst(world, (asked) => world.cancel(newest(world), asked)),
    end: endsAs('paid'),
  },
  {
    name: 'give back a part',
    prepare: (world) => paid(world),
    act: (world) => requestRefund(world, 20_000),
    end: endsAs('partially_refunded'),
  },
  {
    name: 'ask for all of it back, which a second person must approve',
    prepare: (world) => paid(world),
    act: (world) => requestRefund(world, 50_000),
    end: endsAs('paid'),
  },
  {
    name: 'ask for money back that somebody has asked for',
    prepare: async (world) => {
      await paid(world)
      requestRefund(world, 50_000)
      await world.finish()
    },
    act: (world) => requestRefund(world, 50_000, 'another'),
    end: endsAs('paid'),
  },
  {
    name: 'approve a refund',
    prepare: async (world) => {
      await paid(world)
      requestRefund(world, 50_000)
      await world.finish()
    },
    act: (world) => {
      const refundId = lastId(world, 'requestRefund')
      if (refundId === undefined) return
      onFirst(world, (asked) => world.approveRefund(newest(world), { ...asked, client: feeDesk }, refundId, 'approve'))
    },
    end: endsAs('refunded'),
  },
  {
    name: 'settle a refund in doubt',
    prepare: async (world) => {
      await paid(world)
      requestRefund(world, 20_000)
      await untilLost(world, 'portal refundTransaction', false)
      await world.advance(10_000)
    },
    act: settleRefund,
    end: endsAs('partially_refunded'),
  },
  {
    name: 'settle a refund that never arrived, by sending it again',
    prepare: async (world) => {
      await paid(world)
      requestRefund(world, 20_000)
      await untilLost(world, 'portal refundTransaction', true)
      await world.advance(10_000)
    },
    act: settleRefund,
    end: endsAs('partially_refunded'),
  },
  {
    name: 'keep the bill of the portal',
    prepare: async (world) => {
      await paid(world)
      await world.advance(2 * minute)
    },
    act: fetchBill,
    end: billEndsAs('kept'),
  },
  {
    name: 'ask for a bill that is not ready',
    prepare: async (world) => {
      world.portal.print(false)
      await paid(world)
      await world.advance(2 * minute)
    },
    act: fetchBill,
    end: billEndsAs('kept'),
  },
  {
    name: 'ask for a bill that a refund has ended',
    prepare: async (world) => {
      await paid(world)
      requestRefund(world, 20_000)
      await world.finish()
      for (const { refundReference } of world.portal.refunds()) world.portal.endRefund(refundReference, 'completed')
      await world.advance(2 * minute)
    },
    act: fetchBill,
    end: billEndsAs('ended'),
  },
  {
    name: 'hear for the first time that success was taken back',
    prepare: async (world) => {
      await paid(world)
      world.portal.takeBack(referenceOf(world))
    },
    act: settleByFile,
    end: endsAs('failed'),
  },
  {
    name: 'take back what the portal took back half an hour ago',
    prepare: async (world) => {
      await paid(world)
      world.portal.takeBack(referenceOf(world))
      await world.advance(31 * minute)
    },
    act: settleByFile,
    end: endsAs('failed'),
  },
  {
    name: 'read a bill that is not here yet',
    prepare: (world) => paid(world),
    act: (world) => onFirst(world, ({ paymentId }) => world.getBill(newest(world), client, paymentId)),
    end: billEndsAs('kept'),
  },
  {
    name: 'tell a client what happened',
    prepare: (world) => paid(world),
    act: (world) => void world.deliver(newest(world)),
    end: endsAs('paid'),
  },
  {
    name: 'expire what nobody paid',
    prepare: async (world) => {
      await created(world, orderOf(client, 3))
      forgetJobs(world)
      await world.advance(61 * minute)
      world.portal.fail(referenceOf(world))
    },
    act: settleFirst,
    end: endsAs('expired'),
  },
  {
    name: 'create at a portal that cannot be asked',
    prepare: async () => {},
    act: (world) => create(world, muteOrder),
    end: endsAs('awaiting_payer'),
  },
  {
    name: 'send again to it, without having asked',
    prepare: async (world) => {
      await createdInDoubt(world, false, muteOrder)
      await world.advance(10_000)
    },
    act: settleFirst,
    end: endsAs('awaiting_payer'),
  },
  {
    name: 'hear its notification, whose word no file has yet',
    prepare: async (world) => {
      await created(world, muteOrder)
      announced(world)
      await received(world)
    },
    act: runJobs,
    end: endsAs('in_doubt'),
  },
  {
    name: 'hear its notification about a failed try',
    prepare: async (world) => {
      await created(world, muteOrder)
      announced(world, { claims: 'failed' })
      await received(world)
    },
    act: runJobs,
    end: endsAs('awaiting_payer'),
  },
  {
    name: 'end the doubt by a row of its settlement file',
    prepare: async (world) => {
      await announcedByMute(world)
      runJobs(world)
      await world.finish()
    },
    act: settleByFile,
    end: endsAs('paid'),
  },
  {
    name: 'end it by a row of another amount, while cancelling',
    prepare: async (world) => {
      await created(world, muteOrder)
      onFirst(world, (asked) => world.cancel(newest(world), asked))
      await world.finish()
      world.portal.pay(referenceOf(world), 49_000n)
    },
    act: settleByFile,
    end: endsAs('mismatch'),
  },
  {
    name: 'hear that it took money for what its file had called failed',
    prepare: async (world) => {
      await failedByFile(world)
      announced(world)
      await received(world)
    },
    act: runJobs,
    end: endsAs('failed'),
  },
  {
    name: 'come to the end of the time to pay, which it cannot be asked about',
    prepare: async (world) => {
      await created(world, { ...muteOrder, input: { ...muteOrder.input, expiresAt: '2026-11-23T03:30:00.000Z' } })
      forgetJobs(world)
      await world.advance(61 * minute)
    },
    act: settleFirst,
    end: endsAs('in_doubt'),
  },
]
