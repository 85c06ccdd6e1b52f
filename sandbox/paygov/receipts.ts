/** Receipts: a request for one is answered with an address, behind which the PDF lies as long as the sandbox runs. */
import { randomBytes } from 'node:crypto'
import type { Answer } from '../kernel/simulator.ts'
import { standingAt } from '../paying/standing.ts'
import { answered } from './answers.ts'
import { drawReceipt, type ReceiptTexts } from './draw-receipt.ts'
import type { Ledger, Order } from './ledger.ts'
import type { Message } from './signing.ts'

export const receiptPath = '/paygov/bien-lai'

export interface ReceiptDeps {
  readonly ledger: Ledger
  readonly nowMs: () => number
  readonly origin: () => string
  readonly complain: (pointer: string, message: string) => void
}

export interface Receipts {
  answer(message: Message, fault: string | undefined): Answer
  /** The PDF behind an address, or 404. */
  file(token: string): Promise<Answer>
  clear(): void
}

export function createReceipts({ ledger, nowMs, origin, complain }: ReceiptDeps): Receipts {
  const issued = new Map<string, { readonly order: Order; readonly texts: ReceiptTexts }>()
  return {
    answer(message, fault) {
      const codes = listIn(message['paids'])
      if (!codes) complain('/paids', 'is not a list of transaction codes in Base64')
      const beneficiary = objectIn(message['otherInfo'])
      if (!beneficiary) complain('/otherInfo', 'is not a JSON object in Base64')
      if (!codes || !beneficiary) return answered('INVALID_REQUEST')
      const order = ledger.findByTransactionId(codes[0] ?? '')
      if (!order || standingAt(order, nowMs()) !== 'paid') return answered('NOT_PAID')
      if (fault === 'receipt-not-ready') return answered('RECEIPT_NOT_READY')
      const token = randomBytes(15).toString('base64url')
      issued.set(token, { order, texts: textsOf(message, beneficiary) })
      const at = fault === 'foreign-receipt' ? 'http://receipts.example' : origin()
      return answered('SUCCESSFUL', { transactionReceipt: `${at}${receiptPath}/${token}` })
    },
    async file(token) {
      const receipt = issued.get(token)
      if (!receipt) return { status: 404, headers: { 'content-type': 'text/plain' }, body: '' }
      const chunks: Buffer[] = []
      for await (const chunk of drawReceipt(receipt.order, receipt.texts)) chunks.push(chunk as Buffer)
      return {
        status: 200,
        headers: { 'content-type': 'application/pdf', 'cache-control': 'no-store' },
        body: Buffer.concat(chunks),
      }
    },
    clear: () => issued.clear(),
  }
}

function textsOf(message: Message, beneficiary: Message): ReceiptTexts {
  const field = (name: string, of = message) => (typeof of[name] === 'string' ? of[name] : '')
  return {
    unit: field('beneficiaryUnitName', beneficiary),
    unitCode: field('beneficiaryUnitCode', beneficiary),
    rows: [
      ['Người nộp', field('payerName')],
      ['Số giấy tờ', field('payerId')],
      ['Địa chỉ', field('payerAddress')],
      ['Thủ tục', field('procedureName')],
      ['Mã hồ sơ', field('docCode')],
      ['Ngày', field('decisionDate')],
    ],
  }
}

function listIn(text: unknown): readonly string[] | undefined {
  const value = decoded(text)
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string') ? value : undefined
}

function objectIn(text: unknown): Message | undefined {
  const value = decoded(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Message) : undefined
}

function decoded(text: unknown): unknown {
  try {
    return JSON.parse(Buffer.from(String(text), 'base64').toString('utf8'))
  } catch {
    return undefined
  }
}
