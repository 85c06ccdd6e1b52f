/**
 * The national payment platform, simulated: messages on one address, a pay page, notifications. State in memory, and in a
 * file where one is named.
 */
import type { Kernel } from '../kernel/kernel.ts'
import { guarded } from '../kernel/kernel.ts'
import type { Simulator } from '../kernel/simulator.ts'
import { createPayPage } from '../paying/pay-page.ts'
import { settlementFaults } from '../paying/settlement-file.ts'
import { standingAt } from '../paying/standing.ts'
import { createPaymentControl } from '../paying/payment-control.ts'
import { openEffectsFile, type Note } from './effects.ts'
import { describeTransaction } from './journal.ts'
import { createLedger, restoreLedger } from './ledger.ts'
import { answerFaults, createMessages } from './messages.ts'
import { createNotifier, notificationFaults } from './notifications.ts'
import { renderPayPage, renderUnknown } from './pay-page-view.ts'
import { createPayer } from './payer.ts'
import { createSettlementFiles, settlementPath } from './settlement-file.ts'

const messagePath = '/nen-tang-thanh-toan'

export interface PaymentPortalOptions {
  /** Every effect is written here before it is answered, and taken up from here at the next start. */
  readonly journalFile?: string
}

export function createPaymentPortalSimulator(kernel: Kernel, { journalFile }: PaymentPortalOptions = {}): Simulator {
  const file = journalFile === undefined ? undefined : openEffectsFile(journalFile)
  let isRestored = false
  const note: Note = (effect) => void (isRestored && file?.note(effect))
  const ledger = createLedger(note)
  const notifier = createNotifier(kernel, note)
  const payer = createPayer({ kernel, ledger, notifier })
  const unheard = restoreLedger(ledger, file?.past ?? [])
  isRestored = true
  for (const transaction of unheard) void notifier.notify(transaction)
  const onMessage = guarded(createMessages({ kernel, ledger, notifier }))
  const { nowMs } = kernel.clock
  const payPage = createPayPage({
    path: '/thanh-toan',
    assets: messagePath,
    nowMs,
    find: ledger.findByPayToken,
    act: payer.act,
    wayBack: payer.wayBack,
    render: (transaction) => renderPayPage(transaction, standingAt(transaction, nowMs())),
    renderUnknown,
  })
  const onSettlementFile = guarded(createSettlementFiles({ kernel, ledger }))
  return {
    system: 'payment_portal',
    operations: [
      { name: 'INIT', aliases: ['openTransaction'] },
      { name: 'QUERY', aliases: ['findTransaction'] },
      { name: 'GET_BILL', aliases: ['fetchBill'] },
      { name: 'REFUND', aliases: ['refundTransaction'] },
      { name: 'QUERY_REFUND', aliases: ['findRefund'] },
      { name: 'RECON_FILE', aliases: ['fetchSettlementFile'] },
      { name: 'CONFIRM', aliases: ['notification', 'IPN'] },
    ],
    faults: [...new Set([...answerFaults, ...notificationFaults, ...settlementFaults])],
    paths: { api: messagePath },
    handler(req, res) {
      // Messages are most of the traffic and need no router.
      if (req.method === 'POST' && req.url === messagePath) onMessage(req, res)
      else if (req.method === 'GET' && req.url?.startsWith(`${settlementPath}?`)) onSettlementFile(req, res)
      else payPage(req, res)
    },
    control: createPaymentControl({
      list: '/payments',
      all: ledger.all,
      find: ledger.find,
      act: payer.act,
      describe: (transaction) => describeTransaction(transaction, nowMs()),
    }),
    reset() {
      notifier.reset()
      ledger.clear()
      note({ effect: 'reset' })
    },
    close() {
      notifier.reset()
      file?.close()
    },
  }
}
