/** PayGov, simulated, with the sharing platform in front: requests, pay page, receipts, notifications. State in memory. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { guarded, type Kernel } from '../kernel/kernel.ts'
import type { Simulator } from '../kernel/simulator.ts'
import { send } from '../kernel/transport-faults.ts'
import { describePayment } from '../paying/journal.ts'
import { createPayPage } from '../paying/pay-page.ts'
import { createPaymentControl } from '../paying/payment-control.ts'
import { applyOutcome, standingAt, type Outcome } from '../paying/standing.ts'
import { createCreate } from './create.ts'
import { createDoor } from './door.ts'
import { createLedger, type Order } from './ledger.ts'
import { createNotifier, notificationFaults } from './notifications.ts'
import { renderPayPage, renderUnknown } from './pay-page-view.ts'
import { createReceipts, receiptPath } from './receipts.ts'
import { answerFaults, createRequests } from './requests.ts'

const system = 'paygov'
const payPath = '/paygov/thanh-toan'

export function createPayGovSimulator(kernel: Kernel): Simulator {
  const { nowMs } = kernel.clock
  const complain = (operation: string) => (pointer: string, message: string) =>
    kernel.violations.add({ system, operation, pointer, message })
  const origin = () => kernel.originOf(system)
  const ledger = createLedger()
  const door = createDoor(kernel)
  const notifier = createNotifier(kernel)

  const settle = (order: Order, outcome: Outcome, bank?: string) => {
    const result = applyOutcome(order, outcome, nowMs(), bank)
    return { result, told: result === 'settled' ? notifier.notify(order) : Promise.resolve() }
  }
  const act = (order: Order, outcome: Outcome, bank?: string) => settle(order, outcome, bank).result

  const payPages = () => origin() + payPath
  const create = createCreate({ ledger, nowMs, payPages, complain: complain('CREATE') })
  const receipts = createReceipts({ ledger, nowMs, origin, complain: complain('RECEIPT') })
  const payEarly = (order: Order) => settle(order, 'paid').told
  const requests = createRequests({ kernel, door, ledger, create, receipts, payEarly })
  const payPage = createPayPage({
    path: payPath,
    assets: '/paygov',
    nowMs,
    find: ledger.findByPayToken,
    act,
    wayBack: ({ returnUrl }) => returnUrl,
    render: (order) => renderPayPage(order, standingAt(order, nowMs())),
    renderUnknown,
  })

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://paygov')
    switch (`${req.method} ${pathname}`) {
      case 'POST /lgsp/token':
        return door.token(req, res)
      case 'POST /paygov/transactions':
        return requests.post('CREATE', req, res)
      case 'POST /paygov/receipts':
        return requests.post('RECEIPT', req, res)
      case 'GET /paygov/doi-soat':
        return requests.settlementFile(req, res, searchParams)
      default:
        if (req.method !== 'GET' || !pathname.startsWith(`${receiptPath}/`)) return void payPage(req, res)
        return send(res, await receipts.file(pathname.slice(receiptPath.length + 1)))
    }
  }

  return {
    system,
    operations: [
      { name: 'TOKEN' },
      { name: 'CREATE', aliases: ['openTransaction'] },
      { name: 'RECEIPT', aliases: ['fetchBill'] },
      { name: 'RECON_FILE', aliases: ['fetchSettlementFile'] },
      { name: 'IPN', aliases: ['notification'] },
    ],
    faults: [...new Set([...answerFaults, ...notificationFaults])],
    paths: { api: '/paygov', token: '/lgsp/token' },
    handler: guarded(handle),
    control: createPaymentControl({
      list: '/paygov/payments',
      all: ledger.all,
      find: ledger.findByReference,
      act,
      describe: (order) => ({ orderId: order.orderId, ...describePayment(order, nowMs()) }),
    }),
    reset() {
      notifier.reset()
      ledger.clear()
      receipts.clear()
      door.clear()
    },
  }
}
