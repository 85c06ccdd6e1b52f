/** The life of an attempt to collect a fee and of a refund, and what each step posts, drawn from the tables the code moves by. */
import { postingWays } from '#domain/journal.ts'
import { attemptStates } from '#domain/payment.ts'
import { refundTransitions } from '#payments/refund-transitions.ts'
import { isTerminal, transitions, type Happening, type Transition } from '#payments/transitions.ts'
import { banner, code, table } from './markdown.ts'

/** What happened, in the words of somebody who runs the gateway. */
const happeningWords: Readonly<Record<Happening, string>> = {
  portal_opened: 'the portal opened a transaction and gave a pay address',
  portal_refused: 'the portal refused the only request that was ever sent',
  answer_lost: 'a request left the house and its answer is lost or unusable',
  worker_lost: 'the process that was to send the request died',
  told_unconfirmed: 'a portal that cannot be asked announced a payment',
  unknown_after_expiry: 'the time to pay is over, and the portal cannot be asked',
  portal_paid: 'asked, the portal says paid, with our amount and currency',
  amount_differs: 'asked, the portal says paid, with another amount or currency',
  portal_pending: 'asked, the portal says pending, and the payer may still pay',
  pending_after_expiry: 'asked, the portal says pending although the time to pay is over',
  portal_failed: 'asked, the portal says failed',
  validity_over: 'asked, the portal says failed, and the time to pay is over',
  never_arrived: 'the portal did not know the transaction, twice, across the window',
  cancel_requested: 'a client asked to cancel',
  reversed: 'a settled record of the portal took the money back',
}

export const statesPage = (): string =>
  `${banner('src/payments/transitions.ts, src/payments/refund-transitions.ts and src/domain/journal.ts')}# States of an attempt

A payment has attempts, one at a time; its own state is that of its live or paid attempt (\`cancelling\` is shown as \`in_doubt\`), then of its refunds. An attempt moves
only along these edges. \`in_doubt\` means that the portal must be asked; it never times out into \`failed\`. An edge marked ↺ is a correction: an event of its own
that cites a record of the portal.

\`\`\`mermaid
stateDiagram-v2
  [*] --> submitting
${pictureLines().join('\n')}
\`\`\`

## States

${table(
  ['state', 'left only by a correction'],
  attemptStates.map((state) => [code(state), isTerminal(state) ? 'yes' : '']),
)}
## Moves

What a move posts is double entry, in the same commit: the journal's facts, each from one account into another.

${table(['from', 'what happens', 'to', 'correction', 'posts', 'in words'], transitions.map(rowOf))}
## Moves of a refund

${table(
  ['from', 'what happens', 'to', 'posts'],
  refundTransitions.map(({ from, on, to, posts = [] }) => [code(from), code(on), code(to), posts.map(code).join(', ')]),
)}
## What is posted

${table(
  ['fact', 'from', 'to'],
  Object.entries(postingWays).map(([fact, { from, to }]) => [code(fact), code(from), code(to)]),
)}`

/** One arrow for each pair of states, with everything that leads along it. */
function pictureLines(): string[] {
  const labels = new Map<string, string[]>()
  for (const { from, to, on, correction } of transitions) {
    const arrow = `  ${from} --> ${to}`
    labels.set(arrow, [...(labels.get(arrow) ?? []), correction === undefined ? on : `↺ ${on}`])
  }
  const ends = attemptStates.filter(isTerminal).map((state) => `  ${state} --> [*]`)
  return [...[...labels].map(([arrow, names]) => `${arrow}: ${names.join(', ')}`), ...ends]
}

const rowOf = ({ from, on, to, correction, posts = [] }: Transition): readonly string[] => [
  code(from),
  code(on),
  code(to),
  correction === undefined ? '' : code(correction),
  posts.map(code).join(', '),
  happeningWords[on],
]
