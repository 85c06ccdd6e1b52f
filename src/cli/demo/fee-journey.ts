/** Journey 3: a fee is owed once, paid once, recorded always; also when the portal's answer is lost. */
import type { Stage } from './stage.ts'

export async function feeJourney(stage: Stage): Promise<void> {
  stage.journey(
    3,
    'Collect a fee',
    'Thu phí: the obligation is recorded before the portal is called, and what nobody knows is said to be unknown.',
  )
  const dossierCode = `H38.17-${Date.now().toString(36).toUpperCase()}`
  const order = {
    method: 'POST',
    path: '/v1/payments',
    headers: { 'idempotency-key': `demo-${dossierCode}` },
    body: {
      reference: `${dossierCode}:P01`,
      dossierCode,
      procedureCode: '2.000635',
      procedureName: 'Cấp bản sao trích lục hộ tịch',
      payer: { fullName: 'Nguyễn Thị Hoà', personalId: '015185000011' },
      lines: [{ code: 'P01', name: 'Phí cấp bản sao trích lục hộ tịch', kind: 'phi', amount: 50_000 }],
      collectingUnit: 'H38.17',
      returnUrl: 'https://one-stop.example/return',
    },
    show: ['id', 'state', 'outcomeCertain', 'amount', 'attempt'],
  } as const

  await stage.direct('the portal will open the transaction and lose its answer', '/_sandbox/faults', {
    system: 'payment_portal',
    operation: 'INIT',
    fault: 'swallow-after-effect',
    times: 1,
  })
  stage.tell(
    'The portal has done its work, and its answer never arrives. Calling that "failed" is how citizens pay twice; it is in doubt:',
  )
  const created = await stage.ask(order)
  const id = String(created.json['id'])

  stage.tell(
    'Asking for it asks the portal. The very same message is sent again, and the portal gives the very same pay URL:',
  )
  const open = await stage.until(
    { path: `/v1/payments/${id}`, show: ['state', 'outcomeCertain', 'attempt'] },
    ({ json }) => json['state'] === 'awaiting_payer',
  )
  const { portalReference } = open.json['attempt'] as { portalReference: string }

  stage.tell(
    'The one-stop system, impatient, sends its order again with the same key. It gets the first answer, byte for byte, and no second payment:',
  )
  const replay = await stage.ask(order)
  stage.tell(replay.text === created.text ? 'The bytes are equal.' : 'The bytes differ: this must never happen.')

  await stage.direct('the citizen pays on the pay page', `/_sandbox/payments/${portalReference}/outcome`, {
    outcome: 'paid',
  })
  stage.tell(
    'The portal notifies. The notification is stored, acknowledged, and not believed: the portal is asked, and only then the state moves:',
  )
  await stage.until(
    { path: `/v1/payments/${id}`, show: ['state', 'finished', 'refundable'] },
    ({ json }) => json['state'] === 'paid',
  )

  stage.tell(
    'The receipt is signed, and names nobody in what is signed. Open verifyUrl: your browser checks it, and sends nothing of it:',
  )
  await stage.ask({ path: `/v1/payments/${id}/receipt`, show: ['id', 'status', 'amountInWords', 'verifyUrl'] })

  stage.tell('The whole story, each step with its cause:')
  const story = await stage.ask({ path: `/v1/payments/${id}/events`, show: [] })
  for (const { sequence, type, data } of (story.json['data'] as readonly StoryLine[]).toSorted(
    (a, b) => a.sequence - b.sequence,
  )) {
    stage.tell(`  ${sequence}. ${type}: ${data.cause}, by ${data.actor}`)
  }
}

interface StoryLine {
  readonly sequence: number
  readonly type: string
  readonly data: { readonly cause: string; readonly actor: string }
}
