import type { CitedRow } from '../settlement.ts'

/**
 * Asks the portal about one attempt and writes down what follows. Reconciliation calls it where a settlement file says something
 * else than this house. Rejects when the store is away.
 */
export type ConfirmSettlement = (question: {
  readonly tenant: string
  readonly connection: string
  readonly reference: string
  /** What the file says of the attempt; absent where it says nothing. */
  readonly row?: CitedRow
  /** Since when file and answer are known to take back what is paid here, in epoch milliseconds. */
  readonly takenBackSinceMs?: number
}) => Promise<SettlementConfirmation>

export type SettlementConfirmation =
  | 'asked'
  /** No usable answer came, or the reference is not the tenant's; to be asked again. */
  | 'unasked'
  /** The answer agrees with the file that what is paid here failed. */
  | 'taken_back'
