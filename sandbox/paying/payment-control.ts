/** Extra control routes of a payment portal: what really happened, and doing what the payer would do. */
import { Router } from 'express'
import { ControlRefusal } from '../kernel/control-body.ts'
import type { applyOutcome, Outcome } from './standing.ts'

export interface PaymentControlDeps<Payment> {
  /** Where the list is, e.g. `/payments`. */
  readonly list: string
  all(): Iterable<Payment>
  /** By the partner's reference. */
  find(reference: string): Payment | undefined
  act(payment: Payment, outcome: Outcome): ReturnType<typeof applyOutcome>
  describe(payment: Payment): object
}

const outcomes = ['paid', 'failed', 'pending'] as const
/** A page of the journal; a load run leaves far more than anybody reads. */
const maxListed = 1000

/** A reference that is not this portal's is let through to the next one: a tester need not know whose it is. */
export function createPaymentControl<Payment>(deps: PaymentControlDeps<Payment>): Router {
  const router = Router()

  router.get(deps.list, (_req, res) => {
    const newestFirst = [...deps.all()].toReversed()
    res.json({ data: newestFirst.slice(0, maxListed).map(deps.describe), hasMore: newestFirst.length > maxListed })
  })
  router.get('/payments/:reference', (req, res, next) => {
    const payment = deps.find(req.params.reference)
    if (payment) res.json(deps.describe(payment))
    else next()
  })
  router.post('/payments/:reference/outcome', (req, res, next) => {
    const outcome = parseOutcome(req.body)
    const payment = deps.find(req.params.reference)
    if (!payment) return next()
    if (deps.act(payment, outcome) !== 'impossible') return void res.json(deps.describe(payment))
    const detail = 'it is paid: money that came can only be refunded'
    res.status(409).type('application/problem+json').json({ title: 'Sandbox', status: 409, detail })
  })
  return router
}

function parseOutcome(body: unknown): Outcome {
  const outcome = outcomes.find((one) => one === (body as { outcome?: unknown } | undefined)?.outcome)
  if (!outcome) throw new ControlRefusal('/outcome', 'unknown outcome', outcomes)
  return outcome
}
