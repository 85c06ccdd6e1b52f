/** What trouble with a national system says to people; exhaustive like its neighbour `problem-texts.ts`. */
import type { UpstreamErrorCode } from '#domain/errors.ts'
import type { ProblemText } from './problem-texts.ts'

export const upstreamProblemTexts: Readonly<Record<UpstreamErrorCode, ProblemText>> = {
  upstream_unavailable: {
    title: { vi: 'Không kết nối được hệ thống quốc gia', en: 'The national system cannot be reached' },
    detail: {
      vi: 'Không mở được kết nối; chưa có dữ liệu nào được gửi đi.',
      en: 'No connection could be made; nothing was sent.',
    },
    cure: {
      vi: 'Gửi lại sau Retry-After là an toàn. Tình trạng kết nối xem tại GET /v1/upstreams.',
      en: 'Repeating after Retry-After is safe. GET /v1/upstreams shows the state of the connection.',
    },
  },
  upstream_circuit_open: {
    title: { vi: 'Tạm ngừng gọi hệ thống quốc gia', en: 'Calls to the national system are paused' },
    detail: {
      vi: 'Hệ thống đó vừa lỗi liên tục nên cổng tạm ngắt mạch; chưa có dữ liệu nào được gửi đi.',
      en: 'It has been failing, so the circuit breaker is open; nothing was sent.',
    },
    cure: {
      vi: 'Chờ theo Retry-After. Cổng tự thăm dò và nối lại khi hệ thống hồi phục.',
      en: 'Wait for Retry-After. The gateway probes by itself and resumes when the system recovers.',
    },
  },
  upstream_saturated: {
    title: {
      vi: 'Quá nhiều yêu cầu đang chờ hệ thống quốc gia',
      en: 'Too many calls are waiting for the national system',
    },
    detail: {
      vi: 'Cổng đã dùng hết số lượt gọi đồng thời đến hệ thống đó; chưa có dữ liệu nào được gửi đi.',
      en: 'All concurrent calls to it are taken; nothing was sent.',
    },
    cure: {
      vi: 'Gửi lại sau Retry-After kèm độ trễ ngẫu nhiên. Các hệ thống khác không bị ảnh hưởng.',
      en: 'Repeat after Retry-After with some random delay. The other systems are not affected.',
    },
  },
  upstream_timeout: {
    title: { vi: 'Hệ thống quốc gia không trả lời kịp', en: 'The national system did not answer in time' },
    detail: {
      vi: 'Hết thời hạn mà chưa có câu trả lời dùng được. Trường fate cho biết yêu cầu đã được gửi đi hay chưa.',
      en: 'The deadline passed without a usable answer. fate tells whether anything was sent.',
    },
    cure: {
      vi: 'Thao tác chỉ đọc có thể gửi lại an toàn. Khoản thanh toán không bao giờ bị coi là thất bại vì hết thời hạn: cổng giữ trạng thái in_doubt và tự hỏi lại.',
      en: 'Reads are safe to repeat. A payment never counts as failed because of a time-out: it stays in_doubt and the gateway asks again.',
    },
  },
  upstream_connection_lost: {
    title: { vi: 'Mất kết nối với hệ thống quốc gia', en: 'The connection to the national system was lost' },
    detail: {
      vi: 'Kết nối đứt sau khi đã gửi; chưa rõ hệ thống đó đã xử lý hay chưa.',
      en: 'The connection broke after sending; whether it was processed is not known.',
    },
    cure: {
      vi: 'Thao tác chỉ đọc có thể gửi lại an toàn. Với khoản thanh toán, hãy đọc lại trạng thái thay vì tạo khoản mới.',
      en: 'Reads are safe to repeat. For a payment read its state again instead of making a new one.',
    },
  },
  upstream_failed: {
    title: { vi: 'Hệ thống quốc gia báo lỗi kỹ thuật', en: 'The national system failed' },
    detail: {
      vi: 'Hệ thống đó trả về lỗi kỹ thuật thay vì kết quả.',
      en: 'It answered with a technical fault instead of a result.',
    },
    cure: {
      vi: 'Gửi lại sau Retry-After. Nếu kéo dài, liên hệ đơn vị vận hành hệ thống đó kèm upstreamCode.',
      en: 'Repeat after Retry-After. If it lasts, contact the operator of that system and quote upstreamCode.',
    },
  },
  upstream_contract_broken: {
    title: { vi: 'Câu trả lời của hệ thống quốc gia không đúng đặc tả', en: 'The national system broke its contract' },
    detail: {
      vi: 'Câu trả lời sai cấu trúc, bị cắt cụt hoặc nói về đối tượng khác nên không được sử dụng.',
      en: 'The answer was malformed, cut short or about somebody else, and was not used.',
    },
    cure: {
      vi: 'Đây không phải lỗi của bên gọi. Báo quản trị viên cổng kèm X-Request-Id.',
      en: 'This is not the caller’s fault. Tell the gateway’s administrator the X-Request-Id.',
    },
  },
  upstream_rejected_credentials: {
    title: {
      vi: 'Hệ thống quốc gia từ chối thông tin xác thực',
      en: 'The national system refused the gateway’s credentials',
    },
    detail: {
      vi: 'Tài khoản kết nối, chữ ký hoặc đồng hồ của cổng không được chấp nhận.',
      en: 'The gateway’s account, signature or clock was not accepted.',
    },
    cure: {
      vi: 'Quản trị viên cổng cần kiểm tra mật khẩu kết nối và đồng bộ thời gian. Bên gọi không cần thay đổi gì.',
      en: 'The gateway’s administrator should check the credentials and the clock. The caller need not change anything.',
    },
  },
  upstream_procedure_not_licensed: {
    title: { vi: 'Thủ tục chưa được cấp quyền khai thác', en: 'The procedure is not licensed for look-ups' },
    detail: {
      vi: 'Cơ sở dữ liệu quốc gia về dân cư không cho phép khai thác dữ liệu theo mã thủ tục này.',
      en: 'The population database does not license look-ups for this procedure.',
    },
    cure: {
      vi: 'Kiểm tra procedureCode, hoặc làm thủ tục đề nghị Bộ Công an cấp quyền khai thác cho thủ tục này.',
      en: 'Check procedureCode, or apply to the Ministry of Public Security to have the procedure licensed.',
    },
  },
  upstream_officer_not_authorised: {
    title: { vi: 'Cán bộ chưa được cấp quyền tra cứu', en: 'The officer is not authorised' },
    detail: {
      vi: 'Cơ sở dữ liệu quốc gia về dân cư không chấp nhận tài khoản cán bộ này.',
      en: 'The population database does not accept this officer’s account.',
    },
    cure: {
      vi: 'Dùng đúng tài khoản cá nhân của cán bộ đã được đăng ký; không dùng tài khoản chung.',
      en: 'Use the officer’s own registered account, never a shared one.',
    },
  },
  upstream_rejected_request: {
    title: {
      vi: 'Hệ thống quốc gia không nhận thông điệp của cổng',
      en: 'The national system refused the gateway’s message',
    },
    detail: {
      vi: 'Thông điệp do cổng lập ra bị từ chối vì sai quy cách.',
      en: 'The message the gateway wrote was refused as malformed.',
    },
    cure: {
      vi: 'Đây là lỗi của cổng, không phải của bên gọi. Báo quản trị viên kèm X-Request-Id và upstreamCode.',
      en: 'This is the gateway’s fault, not the caller’s. Tell the administrator the X-Request-Id and upstreamCode.',
    },
  },
  upstream_quota_exhausted: {
    title: { vi: 'Hết hạn mức của hệ thống quốc gia', en: 'The national system’s quota is used up' },
    detail: {
      vi: 'Hệ thống đó không nhận thêm yêu cầu trong khoảng thời gian này.',
      en: 'It takes no more calls for this period.',
    },
    cure: {
      vi: 'Chờ theo Retry-After. Gửi lại sớm hơn chỉ kéo dài tình trạng này.',
      en: 'Wait for Retry-After. Repeating earlier only makes it last longer.',
    },
  },
}
