/** How the platform words its answers. Status 200 always; `MaLoi` says the rest. */
import type { Answer } from '../kernel/simulator.ts'
import { signOrLie } from './tamper.ts'
import { answerOrder, type Message, type RequestKind } from './signing.ts'

const descriptions = {
  '00': 'Thành công',
  '01': 'Không tìm thấy giao dịch',
  '02': 'Bản tin không hợp lệ',
  '07': 'Sai mã xác thực',
  '99': 'Lỗi khác',
} as const

export type ResultCode = keyof typeof descriptions

export interface AnswerFrame {
  readonly kind: RequestKind
  readonly partner: string
  readonly secret: string
  /** The fault's name when it is one that lies in the answer. */
  readonly fault: string | undefined
}

/** A signed answer about `reference`. */
export function answered(frame: AnswerFrame, code: ResultCode, reference: string, fields: Message = {}): Answer {
  const message = {
    LoaiBanTin: frame.kind,
    MaLoi: code,
    MoTaLoi: descriptions[code],
    MaDoiTac: frame.partner,
    MaThamChieu: reference,
    ...fields,
  }
  return json(signOrLie(answerOrder[frame.kind], message, frame.secret, frame.fault))
}

/** Not signed: see "Refusal" in openapi.yaml. It repeats nothing of a message it could not trust. */
export function refused(code: '02' | '07' | '99', kind?: RequestKind): Answer {
  return json({ ...(kind && { LoaiBanTin: kind }), MaLoi: code, MoTaLoi: descriptions[code] })
}

const json = (message: Message): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: JSON.stringify(message),
})
