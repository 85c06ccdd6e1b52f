/** The payer's and the bank's doings, from the pay page or from the control API: one way for both. */
import type { Kernel } from '../kernel/kernel.ts'
import { standingAt, type applyOutcome, type Outcome } from '../paying/standing.ts'
import type { Ledger, Transaction } from './ledger.ts'
import type { Notifier } from './notifications.ts'

export interface Payer {
  /** Settles and notifies; the notification goes its own way. */
  act(transaction: Transaction, outcome: Outcome, bank?: string): ReturnType<typeof applyOutcome>
  /** Where the browser goes back to; undefined while no partner has registered an address. */
  wayBack(transaction: Transaction): string | undefined
}

interface PayerDeps {
  readonly kernel: Kernel
  readonly ledger: Ledger
  readonly notifier: Notifier
}

export function createPayer({ kernel, ledger, notifier }: PayerDeps): Payer {
  return {
    act(transaction, outcome, bank) {
      const result = ledger.settle(transaction, outcome, kernel.clock.nowMs(), bank)
      if (result === 'settled') void notifier.notify(transaction)
      return result
    },
    wayBack(transaction) {
      const notifyUrl = kernel.notifyUrl()
      if (notifyUrl === undefined) return undefined
      const url = returnUrlOf(notifyUrl)
      url.searchParams.set('MaThamChieu', transaction.reference)
      const standing = standingAt(transaction, kernel.clock.nowMs())
      if (standing === 'paid') url.searchParams.set('MaLoi', '00')
      if (standing === 'failed') url.searchParams.set('MaLoi', '99')
      return url.href
    },
  }
}

/** The partner registers both addresses together: `…/notifications/<connection>` and `…/return/<connection>`. */
function returnUrlOf(notifyUrl: string): URL {
  const url = new URL(notifyUrl)
  url.pathname = url.pathname.replace(/\/notifications\/([^/]+)$/, '/return/$1')
  return url
}
