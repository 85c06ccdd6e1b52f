/** Looking at reconciliations, their rows, and what a bank transfer is made of. */
import { GatewayError } from '#domain/errors.ts'
import type { Page, PageWish } from '#domain/ports/stores.ts'
import type { RowOutcome } from '#domain/reconciliation.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { ReconciliationDeps } from './deps.ts'
import {
  presentReconciliation,
  presentRow,
  presentTransferRow,
  type ReconciliationRowView,
  type ReconciliationView,
  type TransferRowView,
} from './present-reconciliation.ts'

type Deps = Pick<ReconciliationDeps, 'reconciliations' | 'settlements' | 'livemode'>

export interface ReadReconciliations {
  /** Throws `reconciliation_not_found`, also for another tenant's. */
  get(id: string, request: RequestContext): Promise<ReconciliationView>
  list(
    filter: { readonly connection?: string },
    page: PageWish,
    request: RequestContext,
  ): Promise<Page<ReconciliationView>>
  /** In the order they were judged. Throws `reconciliation_not_found`. */
  rows(
    id: string,
    filter: { readonly outcome?: RowOutcome },
    page: PageWish,
    request: RequestContext,
  ): Promise<Page<ReconciliationRowView>>
  /** Empty for a transfer no file names. */
  transfer(id: string, page: PageWish, request: RequestContext): Promise<Page<TransferRowView>>
}

export function createReadReconciliations({ reconciliations, settlements, livemode }: Deps): ReadReconciliations {
  const found = async (tenant: string, id: string) => {
    const run = await reconciliations.find(tenant, id)
    if (run === undefined) throw new GatewayError('reconciliation_not_found', 'no such reconciliation in the tenant')
    return run
  }
  return {
    get: async (id, { principal: { tenant } }) => {
      const run = await found(tenant, id)
      return presentReconciliation(run, await reconciliations.totals(tenant, id), livemode(tenant))
    },
    list: async (filter, { limit, after }, { principal: { tenant } }) => {
      const page = await reconciliations.list(tenant, filter, limit, after)
      const items: ReconciliationView[] = []
      for (const run of page.items) {
        items.push(presentReconciliation(run, await reconciliations.totals(tenant, run.id), livemode(tenant)))
      }
      return { ...page, items }
    },
    rows: async (id, filter, { limit, after }, { principal: { tenant } }) => {
      await found(tenant, id)
      const page = await reconciliations.rows(tenant, id, filter, limit, after)
      return { ...page, items: page.items.map(presentRow) }
    },
    transfer: async (id, { limit, after }, { principal: { tenant } }) => {
      const page = await settlements.transfer(tenant, id, limit, after)
      return { ...page, items: page.items.map(presentTransferRow) }
    },
  }
}
