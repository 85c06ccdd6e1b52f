/**
 * Bugs that others have shipped, as small edits of our sources. A rig that does not turn red on each of them proves nothing. An edit
 * that no longer fits its file is an error: a bug that cannot be planted cannot be caught.
 */
export interface Edit {
  readonly file: string
  readonly find: string
  readonly put: string
}

export interface PlantedBug {
  readonly name: string
  readonly edits: readonly Edit[]
}

const edit = (file: string, find: string, put: string): Edit => ({ file, find, put })

const sequenceFence = `p.sequence = r.sequence - 1
       returning 1)\`,
      \`lines_moved as`
const noSequenceFence = `r.sequence > 0
       returning 1)\`,
      \`lines_moved as`

/** Every fence around a move: its expected state and version, the event's number, the number's uniqueness. */
const withoutFences: readonly Edit[] = [
  edit(
    'src/store/commit-statement.ts',
    `where a.id = r.attempt_id and a.tenant_id = r.tenant_id and a.payment_id = r.payment_id
         and a.state = r.expected_state and a.version = r.expected_version
       returning 1)`,
    `where a.id = r.attempt_id
       returning 1)`,
  ),
  edit('src/store/commit-statement.ts', sequenceFence, noSequenceFence),
  edit(
    'src/store/migrations/001_foundation.sql',
    'constraint payment_events_sequence_key unique (payment_id, sequence)',
    'constraint payment_events_sequence_key unique (payment_id, sequence, id)',
  ),
]

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'a notification is acknowledged before it is stored',
    edits: [
      edit(
        'src/payments/receive-notification.ts',
        'const kept = await keep(deps, tenant, row, startedMs)',
        `void keep(deps, tenant, row, startedMs).catch(() => undefined)
    const kept = 'new' as 'new' | 'known' | 'storage_away'`,
      ),
    ],
  },
  {
    name: 'a notification that could not be stored is acknowledged',
    edits: [
      edit(
        'src/payments/receive-notification.ts',
        `if (kept === 'storage_away') return { kind: 'try_again', body: acknowledge('try_again') }`,
        '',
      ),
    ],
  },
  {
    name: 'a notification is believed without asking',
    edits: [
      edit(
        'src/payments/confirm-notification.ts',
        'await askAbout(deps, payment, budgets)',
        `{ kind: 'known', standing: 'paid', amount: payment.amount, currency: 'VND', portalTransactionId: row.portalTransactionId, answerSha256: row.digest }`,
      ),
    ],
  },
  {
    name: 'a notification of a portal that cannot be asked is believed',
    edits: [
      edit(
        'src/payments/confirm-notification.ts',
        `    kind: 'told',`,
        `    kind: 'settled', standing: 'paid', amount: payment.amount, fileSha256: row.digest, file: '', line: 1,`,
      ),
    ],
  },
  {
    name: 'the end of the time to pay ends what cannot be asked about',
    edits: [edit('src/payments/decide.ts', `? 'unknown_after_expiry' : undefined`, `? 'validity_over' : undefined`)],
  },
  {
    name: 'a lost create is not sent again where nobody can be asked',
    edits: [
      edit(
        'src/payments/decide.ts',
        `if (seen.kind === 'not_found' || seen.kind === 'unaskable') return true`,
        `if (seen.kind === 'not_found') return true`,
      ),
    ],
  },
  {
    name: 'a row of the settlement file counts whatever its amount',
    edits: [
      edit('src/payments/confirm-settlement.ts', 'standing, amount, line,', 'standing, amount: payment.amount, line,'),
    ],
  },
  {
    name: 'a failed row of the settlement file counts as paid',
    edits: [edit('src/payments/confirm-settlement.ts', `'settled', standing,`, `'settled', standing: 'paid',`)],
  },
  {
    name: 'success is taken back at the first word',
    edits: [
      edit(
        'src/payments/confirm-settlement.ts',
        'sinceMs !== undefined && nowMs - sinceMs >= takenBackWindowMs && ',
        '',
      ),
    ],
  },
  {
    name: 'a word about what is dead is told to nobody',
    edits: [
      edit(
        'src/payments/confirm-notification.ts',
        'writes: [settled(row, outcome, nowMs), ...cases]',
        'writes: [settled(row, outcome, nowMs)]',
      ),
    ],
  },
  {
    name: 'a time-out means failed',
    edits: [
      edit(
        'src/payments/observation.ts',
        `if (error.fate === 'unknown') return { kind: 'open_lost' }`,
        `if (error.fate === 'unknown') return { kind: 'open_refused', isFirst: true }`,
      ),
    ],
  },
  {
    name: 'a definite "something went wrong" means failed',
    edits: [
      edit(
        'src/payments/observation.ts',
        `      return { kind: 'open_not_sent' }
    default:
      return { kind: 'open_lost' }`,
        `      return { kind: 'open_not_sent' }
    default:
      return { kind: 'open_refused', isFirst: true }`,
      ),
    ],
  },
  {
    name: 'the unique index of obligations is missing',
    edits: [
      edit(
        'src/store/migrations/001_foundation.sql',
        'create unique index payment_lines_obligation_key',
        'create index payment_lines_obligation_key',
      ),
    ],
  },
  { name: 'a stale writer is not fenced off', edits: withoutFences },
  {
    name: 'a stale answer takes back what is paid',
    edits: [
      ...withoutFences,
      edit(
        'src/store/migrations/002_attempt_moves.sql',
        `('paid', 'mismatch', true);`,
        `('paid', 'mismatch', true), ('paid', 'failed', false), ('paid', 'awaiting_payer', false), ('paid', 'in_doubt', false);`,
      ),
    ],
  },
  {
    name: 'not found means dead at once',
    edits: [
      edit(
        'src/payments/decide.ts',
        'notFoundSinceMs !== undefined && nowMs - notFoundSinceMs >= notFoundWindowMs',
        'notFoundSinceMs !== undefined || nowMs > 0',
      ),
    ],
  },
  {
    name: 'a repeated INIT takes a new reference',
    edits: [
      edit(
        'src/payments/portal-call.ts',
        'const prepared = { reference: portalReference, body: initBody }',
        `const prepared = { reference: isFirst ? portalReference : (deps.ids.portalReference() as typeof portalReference), body: initBody }`,
      ),
    ],
  },
  {
    name: 'a repeated INIT has other bytes',
    edits: [
      edit(
        'src/payments/portal-call.ts',
        'const prepared = { reference: portalReference, body: initBody }',
        `const prepared = { reference: portalReference, body: isFirst ? initBody : initBody + ' ' }`,
      ),
    ],
  },
  {
    name: 'the amount is not compared',
    edits: [
      edit(
        'src/payments/decide.ts',
        `seen.amount.dong === amount.dong && isInDong(seen)`,
        `seen.amount.dong >= 0n && amount.dong >= 0n`,
      ),
    ],
  },
  {
    name: 'an idempotency key has no client in its scope',
    edits: [
      edit(
        'src/store/migrations/001_foundation.sql',
        'primary key (tenant_id, client_id, method, path, key)',
        'primary key (tenant_id, method, path, key)',
      ),
      edit(
        'src/store/idempotency-store.ts',
        'where (tenant_id, client_id, method, path, key) = ($1, $2, $3, $4, $5)',
        'where (tenant_id, method, path, key) = ($1, $3, $4, $5) and $2::text is not null',
      ),
    ],
  },
  {
    name: 'a duplicate notification is stored and applied again',
    edits: [
      edit(
        'src/store/migrations/001_foundation.sql',
        'constraint portal_notifications_digest_key unique (connection, digest)',
        'constraint portal_notifications_digest_key unique (connection, digest, id)',
      ),
    ],
  },
  {
    name: 'an event skips a number',
    edits: [
      edit('src/payments/apply.ts', 'sequence: payment.sequence + 1,', 'sequence: payment.sequence + 2,'),
      edit('src/store/commit-statement.ts', sequenceFence, noSequenceFence),
    ],
  },
  {
    name: 'a payment of what had failed is ignored',
    edits: [
      edit(
        'src/payments/transitions.ts',
        `  { from: 'failed', on: 'portal_paid', to: 'paid', correction: 'paid_late', posts: receivedAfterAll },\n`,
        '',
      ),
    ],
  },
  {
    name: 'the clock makes failed of pending',
    edits: [
      edit('src/payments/decide.ts', `if (isOver) return 'pending_after_expiry'`, `if (isOver) return 'validity_over'`),
    ],
  },
  {
    name: 'the sweep forgets what is in doubt',
    edits: [
      edit('src/store/payment-store.ts', 'where due_at_ms <= $1', `where due_at_ms <= $1 and state <> 'in_doubt'`),
    ],
  },
  {
    name: 'a new attempt is due for nobody',
    edits: [edit('src/payments/new-attempt.ts', '    dueAtMs: nowMs + takeOverMs,\n', '')],
  },
  {
    name: 'a replay may store other bytes over the first',
    edits: [edit('src/store/commit-statement.ts', 'and k.answer_status is null)', ')')],
  },
  {
    name: 'a move has no audit entry',
    edits: [edit('src/payments/record.ts', 'return [deps.accountability.enter(step)]', 'return []')],
  },
  {
    name: 'evidence leaves without its entry',
    edits: [edit('src/payments/conclude.ts', 'entries: [entry],', 'entries: [],')],
  },
  {
    name: 'a lost commit is repeated without looking',
    edits: [
      edit(
        'src/store/group-commit.ts',
        'if (mayHaveHappened && (await hasHappened(current, batch))) return resolveAll(open)',
        '',
      ),
    ],
  },
  {
    name: 'a lost commit is taken for done',
    edits: [
      edit(
        'src/store/group-commit.ts',
        'if (mayHaveHappened && (await hasHappened(current, batch))) return resolveAll(open)',
        'if (mayHaveHappened) return resolveAll(open)',
      ),
    ],
  },
  {
    name: 'a tenant is forgotten in a query',
    edits: [
      edit(
        'src/store/payment-store.ts',
        `findOne(tenant, 'payment-by-id', 'p.tenant_id = $1 and p.id = $2', [tenant, id])`,
        `findOne(everyTenant, 'payment-by-id', '$1::text is not null and p.id = $2', [tenant, id])`,
      ),
    ],
  },
  {
    name: 'doubt lets go of the obligation',
    edits: [edit('src/payments/obligation.ts', 'in_doubt: true,', 'in_doubt: false,')],
  },
  {
    name: 'refunds are not held within what was paid',
    edits: [
      edit(
        'src/store/migrations/011_refunds.sql',
        'check (refunded_dong + refund_reserved_dong <= amount_dong)',
        'check (refunded_dong + refund_reserved_dong <= 10 * amount_dong)',
      ),
      edit(
        'src/payments/payment-state.ts',
        'amount.dong - refunded.dong - refundReserved.dong',
        'amount.dong - refunded.dong',
      ),
    ],
  },
  {
    name: 'a refund in doubt is sent again under another reference',
    edits: [
      edit(
        'src/payments/refund-call.ts',
        'const prepared = { reference: portalReference, refundReference, body }',
        'const prepared = { reference: portalReference, refundReference: isFirst ? refundReference : (deps.ids.portalReference() as typeof refundReference), body }',
      ),
    ],
  },
  {
    name: 'a cancelled payment is closed without asking',
    edits: [
      edit(
        'src/payments/transitions.ts',
        `{ from: 'cancelling', on: 'portal_failed', to: 'cancelled' }`,
        `{ from: 'cancelling', on: 'portal_pending', to: 'cancelled' }`,
      ),
    ],
  },
  {
    name: 'another attempt may stand beside a live one',
    edits: [
      edit(
        'src/store/migrations/001_foundation.sql',
        'create unique index payment_attempts_live_key',
        'create index payment_attempts_live_key',
      ),
      edit('src/payments/obstacles.ts', "awaiting_payer: 'attempt_in_flight',", 'awaiting_payer: undefined,'),
      edit('src/payments/obstacles.ts', "(isWatched(attempt) ? 'outcome_unknown' : undefined)", 'undefined'),
      edit('src/store/commit-statement.ts', " and a.state in ('failed', 'expired', 'cancelled')", ''),
      edit('src/store/commit-statement.ts', ' and a.due_at_ms is null', ''),
    ],
  },
  {
    name: 'a bill is marked as kept before its bytes are here',
    edits: [
      edit(
        'src/payments/fetch-bill.ts',
        'const seen = await askForBill(deps, payment, { deadlineMs: startedMs + billMs })',
        `const seen = { kind: 'issued', pdf: new Uint8Array(0) } as const
    await askForBill(deps, payment, { deadlineMs: startedMs + billMs })`,
      ),
    ],
  },
  {
    name: 'a bill that could not be fetched is given up for ever',
    edits: [
      edit(
        'src/payments/decide-bill.ts',
        '...later(fenced.tries, nowMs), lastAnswer: seen.reason',
        `to: 'parked', dueAtMs: null, lastAnswer: seen.reason`,
      ),
    ],
  },
  {
    name: 'what was paid after doubt owes no bill',
    edits: [
      edit('src/payments/apply.ts', `...(row.to === 'paid' && {`, `...(row.to === 'paid' && !row.correction && {`),
    ],
  },
  {
    name: 'an event is owed to nobody',
    edits: [
      edit(
        'src/store/commit-statement.ts',
        `      ...tellings('payment_events', \`select id, tenant_id, type, payment_id, created_at_ms from \${input}\`),\n`,
        '',
      ),
    ],
  },
  {
    name: 'a webhook that got no answer counts as delivered',
    edits: [
      edit(
        'src/webhooks/judge-answer.ts',
        `    case 'not_sent':
    case 'unknown':
      return { failure: answer.reason }`,
        `    case 'not_sent':
      return { failure: answer.reason }
    case 'unknown':
      return {}`,
      ),
    ],
  },
  {
    name: 'a claim that a dead process holds never runs out',
    edits: [
      edit(
        'src/store/webhook-delivery-store.ts',
        'update gateway.webhook_deliveries d set due_at_ms = $3,',
        'update gateway.webhook_deliveries d set due_at_ms = $3::bigint + 4102444800000,',
      ),
    ],
  },
  {
    name: 'a webhook goes to the endpoints of every tenant',
    edits: [
      edit(
        'src/store/webhook-row-sets.ts',
        'join gateway.webhook_endpoints w on w.tenant_id = t.tenant_id',
        'join gateway.webhook_endpoints w on w.tenant_id <> t.id',
      ),
    ],
  },
  {
    name: 'a move is posted by a commit of its own',
    edits: [
      edit(
        'src/payments/record.ts',
        '!isWanted ? [] : [applied.write]',
        `!isWanted ? [] : [applied.write.kind === 'attempt_move' ? { ...applied.write, move: { ...applied.write.move, postings: [] } } : applied.write]`,
      ),
      edit(
        'src/payments/record.ts',
        'if (own.length > 0) wakeWhenDue(deps, applied)',
        `if (own.length > 0) wakeWhenDue(deps, applied)
    const late = applied.write?.kind === 'attempt_move' ? applied.write.move.postings : []
    if (late.length > 0) await deps.unitOfWork.commit({ tenant, entries: [], writes: late.map((posting) => ({ kind: 'posting', posting }) as const) })`,
      ),
    ],
  },
  {
    name: 'a fact that is found again is posted again',
    edits: [
      edit(
        'src/store/migrations/017_journal.sql',
        'constraint journal_postings_fact_key unique (payment_id, kind, cites)',
        'constraint journal_postings_fact_key unique (payment_id, kind, cites, position)',
      ),
    ],
  },
  {
    name: 'a refund is posted when it is sent, not when the portal accepts it',
    edits: [
      edit(
        'src/payments/refund-transitions.ts',
        `{ from: 'approved', on: 'taken_up', to: 'submitting' }`,
        `{ from: 'approved', on: 'taken_up', to: 'submitting', posts: ['refund_accepted'] }`,
      ),
      edit(
        'src/payments/refund-transitions.ts',
        `{ from: 'submitting', on: 'portal_accepted', to: 'accepted', posts: ['refund_accepted'] }`,
        `{ from: 'submitting', on: 'portal_accepted', to: 'accepted' }`,
      ),
      edit(
        'src/payments/refund-transitions.ts',
        `{ from: 'in_doubt', on: 'portal_accepted', to: 'accepted', posts: ['refund_accepted'] }`,
        `{ from: 'in_doubt', on: 'portal_accepted', to: 'accepted' }`,
      ),
    ],
  },
  {
    name: 'another amount is posted as the one that was asked for',
    edits: [
      edit(
        'src/payments/journal.ts',
        `    case 'amount_differs':\n      return taken`,
        `    case 'amount_differs':\n      return taken && payment.amount`,
      ),
    ],
  },
  {
    name: 'what was paid beside a live attempt is not posted',
    edits: [
      edit(
        'src/payments/record.ts',
        `{ kind: 'posting', posting: postingOfPaidBesides(payment, deps.clock.nowMs()) },`,
        '',
      ),
    ],
  },
  {
    name: 'what was paid after all stays in suspense too',
    edits: [
      edit(
        'src/payments/transitions.ts',
        `['suspense_released', 'payment_received'] as const`,
        `['payment_received'] as const`,
      ),
    ],
  },
  {
    name: 'an entry loses a đồng on its way into the journal',
    edits: [
      edit(
        'src/store/journal-row-set.ts',
        'e.sign * d.moved',
        `e.sign * d.moved + (e.account = 'portal_clearing')::integer`,
      ),
      edit(
        'src/store/migrations/017_journal.sql',
        'where e.total <> 0 or e.entries < 2 limit 1',
        'where e.entries < 2 limit 1',
      ),
    ],
  },
]
