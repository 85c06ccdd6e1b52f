/** chiTietDoanhNghiep: found, not found, failed. All three are HTTP 200; only the platform in front uses status codes. */
import type { Answer } from '../kernel/simulator.ts'
import { wordEnterprise } from './enterprise-v1.ts'
import type { Firm } from './firms.ts'

/** Faults this simulator carries out itself in its answers. */
export const detailFaults = [
  'not-found',
  'status-0',
  'token-expired',
  'not-covered',
  'quota',
  'wrong-business',
  'unknown-status',
] as const

export interface Detail {
  answer(code: string, fault: string | undefined): Answer
}

export function createDetail(firms: ReadonlyMap<string, Firm>): Detail {
  const worded = new Map([...firms.values()].map((firm, at) => [firm.code, found(wordEnterprise(firm, at + 1))]))
  const strange = (code: string) => {
    const firm = firms.get(code)
    if (!firm) return notFound
    const statusText = 'Đang chờ hợp nhất theo phương án sắp xếp'
    return found(wordEnterprise({ ...firm, statusText, wire: { ...firm.wire, statusCode: '97' } }, 0))
  }
  return {
    answer(code, fault) {
      if (fault === 'status-0') return failed
      if (fault === 'not-found') return notFound
      if (fault === 'unknown-status') return strange(code)
      if (fault === 'wrong-business') return anyBut(code, worded) ?? notFound
      return worded.get(code) ?? notFound
    },
  }
}

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
})

const found = (data: Readonly<Record<string, unknown>>): Answer =>
  json(200, { Status: '1', Message: 'Thành công', DataCount: 1, Data: data })

const notFound = json(200, { Status: '0', Message: 'Không tìm thấy doanh nghiệp', DataCount: 0, Data: null })

/** No DataCount: nothing was counted. */
export const failed = json(200, { Status: '0', Message: 'Lỗi xử lý, vui lòng thử lại sau' })

/** What the platform in front says before the registry sees anything. */
export const platformFaults: Readonly<Record<string, Answer>> = {
  'token-expired': json(401, { fault: { code: 900901, message: 'Invalid Credentials' } }),
  'not-covered': json(403, { fault: { code: 900908, message: 'Resource forbidden' } }),
  quota: json(429, { fault: { code: 900802, message: 'Message throttled out' } }, { 'retry-after': '30' }),
}

function anyBut(code: string, worded: ReadonlyMap<string, Answer>): Answer | undefined {
  return [...worded].find(([other]) => other !== code)?.[1]
}
