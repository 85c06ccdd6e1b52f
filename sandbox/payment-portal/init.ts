/** INIT: opens a transaction, or says again where an already opened one is paid. Never two under one reference. */
import { hash, randomBytes } from 'node:crypto'
import type { Answer } from '../kernel/simulator.ts'
import { answered, refused, type AnswerFrame } from './answers.ts'
import type { Ledger, Transaction } from './ledger.ts'
import { compactLocalTime, isRealLocalTime } from '../paying/local-time.ts'
import { listedSums, receiptLines } from './receipt-lines.ts'
import type { Message } from './signing.ts'
import { vietQrText } from './viet-qr.ts'

export interface InitDeps {
  readonly ledger: Ledger
  readonly nowMs: () => number
  /** Origin of the pay page. */
  readonly origin: () => string
  readonly complain: (pointer: string, message: string) => void
}

/** Read only after the contract's schema has accepted the message. */
interface InitMessage extends Message {
  readonly MaThamChieu: string
  readonly SoTien: string
  readonly MaTienTe: string
  readonly ThoiGianGD: string
  readonly ThongTinGiaoDich: string
  readonly ThongTinBienLai: Message
}

export function createInit({ ledger, nowMs, origin, complain }: InitDeps) {
  let sequence = 0
  // Ids must not come again after a restart: a gateway that kept its database would take a new payment for an old one.
  const epoch = randomBytes(3).toString('hex').toUpperCase()

  const open = (message: InitMessage, contentDigest: string): Transaction => {
    const openedAtMs = nowMs()
    const payToken = randomBytes(15).toString('base64url')
    const amount = Number(message.SoTien)
    sequence += 1
    return ledger.open({
      reference: message.MaThamChieu,
      amount,
      currency: message.MaTienTe,
      issuedAt: message.ThoiGianGD,
      description: message.ThongTinGiaoDich,
      receipt: message.ThongTinBienLai,
      contentDigest,
      transactionId: `GD${compactLocalTime(openedAtMs).slice(2, 8)}${epoch}${String(sequence).padStart(6, '0')}`,
      payToken,
      payUrl: `${origin()}/thanh-toan/${payToken}`,
      vietQr: vietQrText({
        account: `99${String(sequence).padStart(12, '0')}`,
        amount,
        billNumber: message.MaThamChieu,
        purpose: message.ThongTinGiaoDich,
      }),
      openedAtMs,
    })
  }

  /** The transaction the message is about, new or known; undefined when it must be refused. */
  const admit = (message: InitMessage, raw: Uint8Array): Transaction | undefined => {
    const contentDigest = hash('sha256', raw, 'base64url')
    const known = ledger.find(message.MaThamChieu)
    if (known?.contentDigest === contentDigest) return known
    if (known) {
      complain('/MaThamChieu', 'is known already, with other content')
      return undefined
    }
    const breaches = breachesOfRules(message)
    for (const [pointer, text] of breaches) complain(pointer, text)
    return breaches.length === 0 ? open(message, contentDigest) : undefined
  }

  return {
    admit: (message: Message, raw: Uint8Array) => admit(message as InitMessage, raw),
    answer(frame: AnswerFrame, transaction: Transaction | undefined): Answer {
      if (!transaction) return refused('02', 'INIT')
      const { reference, payUrl, vietQr } = transaction
      return answered(frame, '00', reference, { UrlThanhToan: payUrl, ChuoiVietQR: vietQr })
    },
  }
}

/** What a schema cannot say. */
function breachesOfRules({ SoTien, ThoiGianGD, ThongTinBienLai }: InitMessage): (readonly [string, string])[] {
  const amount = Number(SoTien)
  const sumOf = (amounts: readonly number[]) => amounts.reduce((total, one) => total + one, 0)
  const fees = sumOf(receiptLines(ThongTinBienLai).map(({ dong }) => dong))
  const listed = sumOf(listedSums(ThongTinBienLai).map(({ dong }) => dong))
  const breaches: (readonly [string, string])[] = []
  if (!isRealLocalTime(ThoiGianGD)) breaches.push(['/ThoiGianGD', 'is a day that does not exist'])
  if (fees !== amount) breaches.push(['/ThongTinBienLai/PhiLePhi', 'does not add up to SoTien'])
  if (listed !== 0 && listed !== amount) breaches.push(['/ThongTinBienLai/DSKhoanNop', 'does not add up to SoTien'])
  return breaches
}
