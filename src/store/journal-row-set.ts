/** How facts are posted: see commit-rows.ts and commit-statement.ts. */
import { postingWays, type Posting } from '#domain/journal.ts'
import type { RowSet } from './commit-statement.ts'

export function postingRow(tenant: string, posting: Posting): object {
  const { from, to } = postingWays[posting.kind]
  return {
    tenant_id: tenant,
    payment_id: posting.paymentId,
    attempt_id: posting.attemptId,
    kind: posting.kind,
    cites: posting.cites,
    other_transaction: posting.otherTransaction,
    from_account: from,
    to_account: to,
    dong: posting.amount === 'held' ? undefined : String(posting.amount.dong),
    posted_at_ms: posting.postedAtMs,
  }
}

/** What lies in suspense for the fact, if it takes it out: one posting at most, since nothing is laid there twice. */
const held = `select p.position, e.dong from gateway.journal_postings p
  join gateway.journal_entries e on e.posting = p.position and e.account = 'suspense' and e.dong > 0
  where r.dong is null and p.payment_id = r.payment_id and p.attempt_id = r.attempt_id
    and p.other_transaction is not distinct from r.other_transaction
    and not exists (select from gateway.journal_postings x where x.releases = p.position)
  limit 1`

/**
 * A fact that is posted already stays as it is, with its entries; so does one that two units of a batch have found. Where
 * nothing is held, there is nothing to post.
 */
export const journalRowSet: RowSet = {
  columns:
    'tenant_id text, payment_id text, attempt_id text, kind text, cites text, other_transaction text, from_account text,' +
    ' to_account text, dong bigint, posted_at_ms bigint',
  writes: (input) => [
    `postings_due as (select r.*, coalesce(r.dong, h.dong) as moved, h.position as releases
     from ${input} r left join lateral (${held}) h on true)`,
    `postings_written as (insert into gateway.journal_postings
       (tenant_id, payment_id, attempt_id, kind, cites, other_transaction, releases, posted_at_ms)
     select tenant_id, payment_id, attempt_id, kind, cites, other_transaction, releases, posted_at_ms
     from postings_due where moved > 0
     on conflict do nothing
     returning position, payment_id, kind, cites)`,
    `postings_entered as (insert into gateway.journal_entries (posting, account, tenant_id, dong)
     select distinct w.position, e.account, d.tenant_id, e.sign * d.moved
     from postings_written w join postings_due d using (payment_id, kind, cites)
     cross join lateral (values (d.from_account, -1), (d.to_account, 1)) as e (account, sign))`,
  ],
}
