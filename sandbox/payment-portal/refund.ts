/** REFUND and QUERY_REFUND [OURS, after API 3.6]: at most what was paid, and one refund per refund reference. */
import { hash } from 'node:crypto'
import type { Answer } from '../kernel/simulator.ts'
import { answered, refused, type AnswerFrame } from './answers.ts'
import { standingAt } from '../paying/standing.ts'
import { refundedAmount, type Ledger, type Refund, type Transaction } from './ledger.ts'
import { compactLocalTime } from '../paying/local-time.ts'
import type { Message } from './signing.ts'

export interface RefundDeps {
  readonly ledger: Ledger
  readonly nowMs: () => number
  readonly complain: (pointer: string, message: string) => void
}

/** Read only after the contract's schema has accepted the message. */
interface RefundMessage extends Message {
  readonly MaThamChieu: string
  readonly MaHoanTien: string
  readonly SoTien: string
  readonly LyDo: string
  readonly ThoiGianGD: string
}

export function createRefunds({ ledger, nowMs, complain }: RefundDeps) {
  const open = (transaction: Transaction, message: RefundMessage, contentDigest: string, isSlow: boolean): Refund => {
    const amount = Number(message.SoTien)
    const refusal = refusalOf(transaction, amount, nowMs())
    const refund: Refund = {
      refundReference: message.MaHoanTien,
      amount,
      issuedAt: message.ThoiGianGD,
      reason: message.LyDo,
      contentDigest,
      transactionId: refusal ? '' : `HT${transaction.transactionId.slice(2)}${transaction.refunds.size + 1}`,
      standing: refusal ? 'FAILED' : isSlow ? 'PENDING' : 'SUCCESS',
      refusal,
      atMs: nowMs(),
    }
    ledger.addRefund(transaction, refund)
    transaction.history.push({ atMs: nowMs(), event: `refund ${refund.standing.toLowerCase()}` })
    return refund
  }

  return {
    refund(frame: AnswerFrame, raw: Uint8Array, accepted: Message): Answer {
      const message = accepted as RefundMessage
      const contentDigest = hash('sha256', raw, 'base64url')
      const known = ledger.findRefund(message.MaHoanTien)
      if (known?.refund.contentDigest === contentDigest) return tell(frame, message, known.refund)
      if (known) {
        complain('/MaHoanTien', 'is known already, with other content')
        return refused('02', 'REFUND')
      }
      const transaction = ledger.find(message.MaThamChieu)
      if (!transaction) return answered(frame, '01', message.MaThamChieu, { MaHoanTien: message.MaHoanTien })
      return tell(frame, message, open(transaction, message, contentDigest, frame.fault === 'refund-pending'))
    },

    /** A pending refund is done by the time somebody asks, unless the fault holds it back. */
    query(frame: AnswerFrame, accepted: Message): Answer {
      const message = accepted as RefundMessage
      const known = ledger.findRefund(message.MaHoanTien)
      if (known && known.refund.issuedAt !== message.ThoiGianGD) {
        complain('/ThoiGianGD', 'is not the ThoiGianGD of the REFUND')
      }
      const isAsked =
        known?.transaction.reference === message.MaThamChieu && known.refund.issuedAt === message.ThoiGianGD
      if (!known || !isAsked) return answered(frame, '01', message.MaThamChieu, { MaHoanTien: message.MaHoanTien })
      if (known.refund.standing === 'PENDING' && frame.fault !== 'refund-pending') {
        ledger.completeRefund(known.transaction, known.refund)
        known.transaction.history.push({ atMs: nowMs(), event: 'refund success' })
      }
      return tell(frame, message, known.refund)
    },
  }
}

function refusalOf(transaction: Transaction, amount: number, nowMs: number): Refund['refusal'] {
  if (standingAt(transaction, nowMs) !== 'paid') return 'NOT_PAID'
  return refundedAmount(transaction) + amount > transaction.amount ? 'EXCEEDS_PAID' : undefined
}

function tell(frame: AnswerFrame, message: RefundMessage, refund: Refund): Answer {
  return answered(frame, '00', message.MaThamChieu, {
    MaHoanTien: refund.refundReference,
    SoTien: refund.amount,
    MaTienTe: 'VND',
    TrangThaiHoanTien: refund.standing,
    ...(refund.refusal && { LyDoTuChoi: refund.refusal }),
    MaGiaoDichHoanTien: refund.transactionId,
    ThoiGianGD: compactLocalTime(refund.atMs),
  })
}
