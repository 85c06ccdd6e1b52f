/** What may happen next in a history. `pick` chooses among whatever is there at that moment, so that any list of moves can be played. */
import type { Parked, Trouble } from './steps.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import { clients, muteOrderOf, orderOf, type Asked, type Client, type World } from './world.ts'

export interface Move {
  readonly name: MoveName
  readonly pick: number
}

type Play = (world: World, pick: number) => Promise<void> | void

const choose = <T>(items: readonly T[], pick: number): T | undefined => items[pick % Math.max(1, items.length)]
const processOf = (world: World, pick: number) => choose(world.processes, pick) ?? world.start()
const clientOf = (pick: number): Client => clients[pick % clients.length] ?? clients[0]
const transactionOf = ({ portal }: World, pick: number) => choose(portal.transactions(), pick)

const minute = 60_000

/** Lets one waiting call go on, as `how` says; time goes on where nobody waits. */
const onWaiting =
  (how: (world: World, parked: Parked) => Promise<void>, isWanted: (parked: Parked) => boolean = () => true): Play =>
  async (world, pick) => {
    const parked = choose(world.steps.waiting().filter(isWanted), pick)
    if (parked !== undefined) await how(world, parked)
    else await world.advance(Math.min(world.time.untilNextMs() ?? 1_000, 10_000))
  }

/** A step on one of the payments that are there, by a client of its tenant, under one of a few keys. */
const onPayment =
  (play: (world: World, process: SimulatedProcess, asked: Asked, found: { refundable: number }) => void): Play =>
  async (world, pick) => {
    const payments = await world.database.rows(
      `select id, tenant_id, case when state in ('paid', 'partially_refunded')
         then amount_dong - refunded_dong - refund_reserved_dong else 0 end as refundable
       from gateway.payments order by id`,
    )
    const payment = choose(payments, pick)
    if (payment === undefined) return
    const client = clients.find(({ tenant }) => tenant === payment['tenant_id']) ?? clients[0]
    const asked = { client, key: `step-${(pick >> 4) % 4}`, paymentId: String(payment['id']) }
    play(world, processOf(world, pick >> 8), asked, { refundable: Number(payment['refundable']) })
  }

const letGo = ({ steps }: World, parked: Parked) => steps.answer(parked)

const drop = (kind: Trouble, port: string) =>
  onWaiting(
    ({ steps }, parked) => steps.drop(parked, kind),
    ({ name }) => name.startsWith(port),
  )

const crash =
  (leaving: boolean): Play =>
  (world, pick) => {
    world.crash(processOf(world, pick), leaving)
  }

/** Puts a notification about a transaction into the portal's outbox; whether and when it is sent is another move. */
const announce = (world: World, pick: number, differing: Parameters<World['portal']['notification']>[1] = {}): void => {
  const transaction = transactionOf(world, pick)
  if (transaction === undefined) return
  const raw = world.portal.notification(transaction.reference, differing)
  world.outbox.push({ connection: transaction.connection, raw, isAcknowledged: false })
}

const changeAtPortal =
  (change: (world: World, reference: string) => void): Play =>
  (world, pick) => {
    const transaction = transactionOf(world, pick)
    if (transaction === undefined) return
    const before = transaction.standing
    change(world, transaction.reference)
    // The platform announces what it settled, until somebody acknowledges it.
    if (transaction.standing === 'paid' && before !== 'paid') announce(world, pick)
  }

const jump =
  (ms: number): Play =>
  async (world) => {
    await world.steps.deliverLate()
    world.time.jump(ms)
  }

export const moves = {
  create: (world, pick) => {
    world.create(processOf(world, pick >> 8), orderOf(clientOf(pick >> 2), pick % 4))
  },
  createOtherBody: (world, pick) => {
    const order = orderOf(clientOf(pick >> 2), pick % 4)
    world.create(processOf(world, pick >> 8), { ...order, input: orderOf(order.client, (pick + 1) % 4).input })
  },
  createRaceOfKeys: (world, pick) => {
    const order = orderOf(clientOf(pick >> 2), pick % 4)
    world.create(processOf(world, pick >> 8), order)
    world.create(processOf(world, (pick >> 8) + 1), order)
  },
  createAtMutePortal: (world, pick) => {
    world.create(processOf(world, pick >> 8), muteOrderOf(clients[(pick >> 2) % 2 === 0 ? 0 : 1], pick % 4))
  },
  settleByFile: (world, pick) => {
    const transaction = transactionOf(world, pick)
    if (transaction !== undefined) world.settleByFile(processOf(world, pick >> 8), transaction.reference)
  },
  announceFailure: (world, pick) => announce(world, pick, { claims: 'failed' }),
  get: async (world, pick) => {
    const [payment] = await world.database.rows(
      `select id from gateway.payments order by id offset ${pick % 3} limit 1`,
    )
    if (payment !== undefined) world.get(processOf(world, pick >> 8), clientOf(pick >> 2), String(payment['id']))
  },
  getBill: async (world, pick) => {
    const payment = choose(await world.database.rows('select id from gateway.payments order by id'), pick)
    if (payment !== undefined) world.getBill(processOf(world, pick >> 8), clientOf(pick >> 2), String(payment['id']))
  },
  stopPrinting: ({ portal }) => portal.print(false),
  printAgain: ({ portal }) => portal.print(true),
  createAttempt: onPayment((world, process, asked) => void world.createAttempt(process, asked)),
  cancel: onPayment((world, process, asked) => void world.cancel(process, asked)),
  refundPart: onPayment((world, process, asked, { refundable }) => {
    world.requestRefund(process, asked, { amount: 20_000, expectedRefundable: refundable })
  }),
  refundAll: onPayment((world, process, asked, { refundable }) => {
    world.requestRefund(process, asked, { amount: Math.max(1, refundable), expectedRefundable: refundable })
  }),
  raceRefunds: onPayment((world, process, asked, { refundable }) => {
    const refund = { amount: Math.max(1, refundable), expectedRefundable: refundable }
    world.requestRefund(process, asked, refund)
    world.requestRefund(world.processes.at(-1) ?? process, { ...asked, key: `${asked.key}-race` }, refund)
  }),
  decideRefund: async (world, pick) => {
    const refunds = await world.database.rows(`select id, payment_id, tenant_id from gateway.refunds order by id`)
    const refund = choose(refunds, pick)
    if (refund === undefined) return
    const client = clients.find(({ tenant }) => tenant === refund['tenant_id']) ?? clients[0]
    const asked = { client, key: `decide-${pick % 3}`, paymentId: String(refund['payment_id']) }
    world.approveRefund(processOf(world, pick >> 8), asked, String(refund['id']), pick % 4 === 0 ? 'reject' : 'approve')
  },
  endRefund: (world, pick) => {
    const refund = choose(world.portal.refunds(), pick)
    if (refund !== undefined) world.portal.endRefund(refund.refundReference, pick % 3 === 0 ? 'refused' : 'completed')
  },
  step: onWaiting(letGo),
  stepFirst: (world) => onWaiting(letGo)(world, 0),
  perform: onWaiting(({ steps }, parked) => steps.perform(parked)),
  loseDatabaseReply: onWaiting(
    ({ steps }, parked) => steps.lose(parked),
    ({ name }) => name.startsWith('db'),
  ),
  losePortalReply: onWaiting(
    ({ steps }, parked) => steps.lose(parked),
    ({ name }) => name.startsWith('portal'),
  ),
  loseBehindAnError: onWaiting(
    ({ steps }, parked) => steps.lose(parked, 'busy'),
    ({ name }) => name.startsWith('portal'),
  ),
  dropDatabase: drop('silent', 'db'),
  dropPortal: drop('silent', 'portal'),
  refuseConnection: drop('unreachable', 'portal'),
  busyPortal: drop('busy', 'portal'),
  refuseAtPortal: drop('refused', 'portal'),
  deliverLate: ({ steps }) => steps.deliverLate(),
  crash: crash(false),
  crashWithMessagesUnderWay: crash(true),
  addReplica: (world) => {
    if (world.processes.length < 3) world.start()
  },
  pay: changeAtPortal(({ portal }, reference) => portal.pay(reference)),
  payWrongAmount: changeAtPortal(({ portal }, reference) => portal.pay(reference, 49_000n)),
  failAtPortal: changeAtPortal(({ portal }, reference) => portal.fail(reference)),
  reviveAtPortal: changeAtPortal(({ portal }, reference) => portal.revive(reference)),
  notify: (world, pick) => {
    if (world.outbox.length > 0) world.notify(processOf(world, pick >> 8), pick % world.outbox.length)
  },
  announceAgain: (world, pick) => announce(world, pick, { note: `again ${pick % 4}` }),
  announceEarly: (world, pick) => {
    // Sent before INIT is answered here, and before anybody paid: it says nothing that asking would not say better.
    const [parked] = world.steps.waiting().filter(({ name }) => name === 'portal openTransaction')
    if (parked !== undefined) void world.steps.perform(parked)
    announce(world, pick)
  },
  announceWrongAmount: (world, pick) => announce(world, pick, { amount: '1' }),
  forge: (world, pick) => announce(world, pick, { checksum: 'forged', amount: '50000' }),
  announceUnknown: (world, pick) => {
    const raw = world.portal.notification(`UNKNOWN${String(pick % 5).padStart(13, '0')}`)
    world.outbox.push({ connection: 'portal-a', raw, isAcknowledged: false })
  },
  sweep: (world, pick) => {
    world.sweep(processOf(world, pick))
  },
  runJob: (world, pick) => {
    const process = processOf(world, pick >> 8)
    const [queued] = process.jobs.length > 0 ? process.jobs.splice(pick % process.jobs.length, 1) : []
    if (queued !== undefined) world.run(process, queued.job)
  },
  runJobTwice: (world, pick) => {
    const { jobs } = processOf(world, pick >> 8)
    const queued = choose(jobs, pick)
    if (queued !== undefined) for (const turn of [pick, pick + 1]) world.run(processOf(world, turn), queued.job)
  },
  deliver: (world, pick) => {
    world.deliver(processOf(world, pick))
  },
  receiverFails: ({ receiver }) => receiver.answers(500),
  receiverRecovers: ({ receiver }) => receiver.answers(204),
  loseReceiverReply: onWaiting(
    ({ steps }, parked) => steps.lose(parked),
    ({ name }) => name.startsWith('receiver'),
  ),
  dropReceiver: drop('silent', 'receiver'),
  wait5s: (world) => world.advance(5_000),
  wait20s: (world) => world.advance(20_000),
  wait40min: (world) => world.advance(40 * minute),
  wait25h: (world) => world.advance(25 * 60 * minute),
  jumpAhead: jump(5 * minute),
  jumpBack: jump(-5 * minute),
} satisfies Record<string, Play>
export type MoveName = keyof typeof moves

export const moveNames = Object.keys(moves) as readonly MoveName[]

/** These make a history a history; the rest is trouble, of which each history knows only some. */
const usual: readonly MoveName[] = [
  'create',
  'createAttempt',
  'refundPart',
  'get',
  'step',
  'stepFirst',
  'pay',
  'notify',
  'sweep',
  'runJob',
  'deliver',
  'wait20s',
  'wait40min',
]
export const troubles: readonly MoveName[] = moveNames.filter((name) => !usual.includes(name))

/** How often each is drawn, per hundred or so. */
export const weightOf = (name: MoveName): number => {
  if (name === 'step' || name === 'stepFirst') return 30
  if (name === 'create') return 12
  return usual.includes(name) ? 6 : 4
}
