/** How PayGov words its answers. Status 200 whenever it understood the transport; `error_code` says the rest. */
import type { Answer } from '../kernel/simulator.ts'

const messages = {
  SUCCESSFUL: 'Thành công',
  FAILED: 'Lỗi khác',
  SIGNATURE_WRONG: 'Sai mã xác thực',
  INVALID_REQUEST: 'Yêu cầu không hợp lệ',
  NOT_PAID: 'Chưa thanh toán',
  RECEIPT_NOT_READY: 'Biên lai chưa có',
} as const

export type ErrorCode = keyof typeof messages

export const answered = (code: ErrorCode, fields: Readonly<Record<string, unknown>> = {}): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: JSON.stringify({ error_code: code, error_message: messages[code], ...fields }),
})

/** Of the sharing platform in front. */
export const turnedAway: Answer = {
  status: 401,
  headers: { 'content-type': 'application/json', 'www-authenticate': 'Bearer error="invalid_token"' },
  body: JSON.stringify({ error: 'invalid_token' }),
}
