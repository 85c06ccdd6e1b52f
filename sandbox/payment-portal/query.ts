/** QUERY: what the platform knows of a reference. The time must be INIT's, or it finds nothing. */
import type { Answer } from '../kernel/simulator.ts'
import { answered, type AnswerFrame } from './answers.ts'
import { compactLocalTime } from '../paying/local-time.ts'
import { standingAt, type Standing } from '../paying/standing.ts'
import { statusCode, type Ledger, type Transaction } from './ledger.ts'
import type { Message } from './signing.ts'

export interface TransactionQuery {
  readonly ledger: Ledger
  readonly complain: (pointer: string, message: string) => void
}

/** Shared by QUERY and GET_BILL: both ask with reference and time. */
export function findAsked({ ledger, complain }: TransactionQuery, message: Message): Transaction | undefined {
  const transaction = ledger.find(message['MaThamChieu'] as string)
  if (!transaction || transaction.issuedAt === message['ThoiGianGD']) return transaction
  complain('/ThoiGianGD', 'is not the ThoiGianGD of the INIT')
  return undefined
}

export function answerQuery(
  frame: AnswerFrame,
  message: Message,
  transaction: Transaction | undefined,
  nowMs: number,
): Answer {
  const reference = message['MaThamChieu'] as string
  if (!transaction || frame.fault === 'not-yet-visible') return answered(frame, '01', reference)
  const standing = standingAt(transaction, nowMs)
  return answered(frame, '00', reference, {
    ...confirmedFields(transaction),
    TrangThaiGD: statusCode(toldStanding(frame.fault, standing)),
  })
}

function toldStanding(fault: string | undefined, standing: Standing): Standing {
  if (fault === 'stays-pending') return 'bank_pending'
  return fault === 'taken-back' ? 'failed' : standing
}

/** The fields QUERY's answer and CONFIRM have in common. */
export function confirmedFields(transaction: Transaction): Message {
  const { settledAtMs } = transaction
  return {
    SoTien: transaction.amount,
    MaTienTe: transaction.currency,
    MaGiaoDich: transaction.transactionId,
    MaNganHang: transaction.bank,
    ThoiGianGD: settledAtMs === undefined ? transaction.issuedAt : compactLocalTime(settledAtMs),
    ThongTinGiaoDich: transaction.description,
  }
}
