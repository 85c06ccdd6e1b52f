/** Extra control routes: what really happened, and doing what the payer would do. */
import { Router, type Response } from 'express'
import { ControlRefusal } from '../kernel/control-body.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { describeTransaction } from './journal.ts'
import type { Outcome } from '../paying/standing.ts'
import type { Ledger } from './ledger.ts'
import type { Payer } from './payer.ts'

export interface PaymentControlDeps {
  readonly kernel: Kernel
  readonly ledger: Ledger
  readonly payer: Payer
}

const outcomes = ['paid', 'failed', 'pending'] as const
/** A page of the journal; a load run leaves far more than anybody reads. */
const maxListed = 1000

export function createPaymentControl({ kernel, ledger, payer }: PaymentControlDeps): Router {
  const describe = (transaction: Parameters<typeof describeTransaction>[0]) =>
    describeTransaction(transaction, kernel.clock.nowMs())
  const router = Router()

  router.get('/payments', (_req, res) => {
    const newestFirst = [...ledger.all()].toReversed()
    res.json({ data: newestFirst.slice(0, maxListed).map(describe), hasMore: newestFirst.length > maxListed })
  })
  router.get('/payments/:reference', (req, res) => {
    const transaction = ledger.find(req.params.reference)
    if (transaction) res.json(describe(transaction))
    else problem(res, 404, 'the platform never saw this MaThamChieu')
  })
  router.post('/payments/:reference/outcome', (req, res) => {
    const outcome = parseOutcome(req.body)
    const transaction = ledger.find(req.params.reference)
    if (!transaction) return problem(res, 404, 'the platform never saw this MaThamChieu')
    if (payer.act(transaction, outcome) === 'impossible') {
      return problem(res, 409, 'it is paid: money that came can only be refunded')
    }
    res.json(describe(transaction))
  })
  return router
}

function parseOutcome(body: unknown): Outcome {
  const outcome = outcomes.find((one) => one === (body as { outcome?: unknown } | undefined)?.outcome)
  if (!outcome) throw new ControlRefusal('/outcome', 'unknown outcome', outcomes)
  return outcome
}

function problem(res: Response, status: number, detail: string): void {
  res.status(status).type('application/problem+json').json({ title: 'Sandbox', status, detail })
}
