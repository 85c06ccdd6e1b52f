/** GET_BILL: the receipt of a paid transaction, or why there is none. */
import type { Answer } from '../kernel/simulator.ts'
import { answered, type AnswerFrame } from './answers.ts'
import { drawBill } from './bill.ts'
import { standingAt } from '../paying/standing.ts'
import type { Transaction } from './ledger.ts'
import type { Message } from './signing.ts'

export async function answerGetBill(
  frame: AnswerFrame,
  message: Message,
  transaction: Transaction | undefined,
  nowMs: number,
): Promise<Answer> {
  const reference = message['MaThamChieu'] as string
  if (!transaction) return answered(frame, '01', reference)
  const missing = reasonWithout(transaction, nowMs, frame.fault)
  if (missing) return answered(frame, '99', reference, { TrangThaiBienLai: missing })
  const chunks: Buffer[] = []
  for await (const chunk of drawBill(transaction)) chunks.push(chunk as Buffer)
  return {
    status: 200,
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="${reference}.pdf"`,
      'cache-control': 'no-store',
    },
    body: Buffer.concat(chunks),
  }
}

function reasonWithout(transaction: Transaction, nowMs: number, fault: string | undefined): string | undefined {
  if (standingAt(transaction, nowMs) !== 'paid') return 'CHUA_THANH_TOAN'
  if (fault === 'bill-not-ready') return 'CHUA_CO'
  const isRefunded = [...transaction.refunds.values()].some(({ standing }) => standing === 'SUCCESS')
  return isRefunded ? 'HET_HIEU_LUC' : undefined
}
