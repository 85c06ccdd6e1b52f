/**
 * What a refusal of ours says to people, in Vietnamese and English: a title, what it means, what to do about it.
 * The record is exhaustive: a new code does not compile until it has its words.
 */
import type { GatewayErrorCode } from '#domain/errors.ts'

export interface Bilingual {
  readonly vi: string
  readonly en: string
}

export interface ProblemText {
  readonly title: Bilingual
  readonly detail: Bilingual
  /** Advice for the page under /docs/problems/. */
  readonly cure: Bilingual
}

export const gatewayProblemTexts: Readonly<Record<GatewayErrorCode, ProblemText>> = {
  malformed_json: {
    title: { vi: 'Nội dung không phải là JSON hợp lệ', en: 'The body is not valid JSON' },
    detail: {
      vi: 'Nội dung yêu cầu không đọc được theo chuẩn JSON (RFC 8259), mã hoá UTF-8.',
      en: 'The request body could not be read as JSON (RFC 8259) in UTF-8.',
    },
    cure: {
      vi: 'Kiểm tra dấu phẩy, dấu ngoặc và mã hoá UTF-8. Không được lặp khoá, không dùng khoá “__proto__”, không lồng quá 32 cấp và không gửi số vượt quá độ chính xác của JSON. Mục errors chỉ ra vị trí sai nếu xác định được.',
      en: 'Check commas, brackets and the UTF-8 encoding. Keys must not repeat, “__proto__” is not a key, nesting ends at 32 levels, and numbers must survive a JSON reader exactly. errors points to the place where it is known.',
    },
  },
  invalid_request: {
    title: { vi: 'Yêu cầu không đúng cấu trúc', en: 'The request has the wrong shape' },
    detail: {
      vi: 'Một hoặc nhiều trường thiếu, thừa hoặc sai kiểu. Xem danh sách errors.',
      en: 'One or more fields are missing, unknown or of the wrong type. See errors.',
    },
    cure: {
      vi: 'Mỗi phần tử của errors có con trỏ JSON (RFC 6901) đến trường sai, mã lỗi và lời giải thích. Sửa các trường đó rồi gửi lại. Trường không có trong tài liệu cũng bị từ chối, để lỗi gõ nhầm không bị bỏ qua trong im lặng.',
      en: 'Each entry of errors has a JSON Pointer (RFC 6901) to the field, a code and an explanation. Correct those and send again. Unknown fields are refused too, so that a typing error is never passed over in silence.',
    },
  },
  unsupported_media_type: {
    title: { vi: 'Kiểu nội dung không được hỗ trợ', en: 'Unsupported media type' },
    detail: {
      vi: 'Thao tác này chỉ nhận nội dung application/json, mã hoá UTF-8, không nén.',
      en: 'This operation takes application/json in UTF-8, not compressed.',
    },
    cure: {
      vi: 'Đặt tiêu đề Content-Type là application/json và không đặt Content-Encoding.',
      en: 'Set Content-Type to application/json and leave Content-Encoding out.',
    },
  },
  body_too_large: {
    title: { vi: 'Nội dung yêu cầu quá lớn', en: 'The body is too large' },
    detail: { vi: 'Nội dung vượt quá 256 KiB.', en: 'The body is larger than 256 KiB.' },
    cure: {
      vi: 'Không có thao tác nào ở đây cần nội dung lớn như vậy. Kiểm tra xem có gửi nhầm tệp hoặc gộp nhiều yêu cầu vào một hay không.',
      en: 'No operation here needs that much. Check whether a file was sent by mistake or several requests were put into one.',
    },
  },
  route_not_found: {
    title: { vi: 'Không có đường dẫn này', en: 'There is nothing at this path' },
    detail: { vi: 'Đường dẫn không tồn tại trong API.', en: 'The API has no such path.' },
    cure: {
      vi: 'Đối chiếu với tài liệu tại /docs. Đường dẫn phân biệt chữ hoa, chữ thường và không có dấu “/” ở cuối.',
      en: 'Compare with the reference at /docs. Paths are case-sensitive and have no trailing slash.',
    },
  },
  method_not_allowed: {
    title: { vi: 'Phương thức không được phép', en: 'Method not allowed' },
    detail: {
      vi: 'Đường dẫn này không nhận phương thức đã dùng. Tiêu đề Allow liệt kê các phương thức được nhận.',
      en: 'This path does not take that method. The Allow header lists those it takes.',
    },
    cure: {
      vi: 'Dùng một trong các phương thức nêu trong tiêu đề Allow của câu trả lời.',
      en: 'Use one of the methods named in the Allow header of the answer.',
    },
  },
  not_acceptable: {
    title: { vi: 'Không có dạng câu trả lời được chấp nhận', en: 'No form of the answer is acceptable' },
    detail: {
      vi: 'Thao tác này không trả lời được bằng kiểu nội dung nào nêu trong tiêu đề Accept. Trường available liệt kê các kiểu có thể có.',
      en: 'This operation has no answer of a type that the Accept header names. available lists those it has.',
    },
    cure: {
      vi: 'Đặt Accept là một trong các kiểu ở trường available, hoặc bỏ tiêu đề này để nhận kiểu mặc định.',
      en: 'Set Accept to one of the types in available, or leave the header out to get the usual one.',
    },
  },
  invalid_token: {
    title: { vi: 'Thẻ truy cập không hợp lệ', en: 'The access token is not valid' },
    detail: {
      vi: 'Yêu cầu thiếu thẻ truy cập, hoặc thẻ đã hết hạn, bị thu hồi, sai chữ ký hay không dành cho cổng này.',
      en: 'The access token is missing, expired, revoked, wrongly signed or not meant for this gateway.',
    },
    cure: {
      vi: 'Lấy thẻ mới tại POST /oauth2/token bằng private_key_jwt rồi gửi trong tiêu đề Authorization: Bearer. Thẻ có hiệu lực tối đa 300 giây. Lý do cụ thể chỉ ghi trong nhật ký kiểm toán, không trả về cho bên gọi.',
      en: 'Get a fresh token at POST /oauth2/token with private_key_jwt and send it as Authorization: Bearer. A token lives at most 300 seconds. The precise reason stands in the audit log only.',
    },
  },
  insufficient_scope: {
    title: { vi: 'Không đủ quyền', en: 'The token lacks the scope' },
    detail: {
      vi: 'Thẻ truy cập hợp lệ nhưng không mang phạm vi quyền mà thao tác này đòi hỏi.',
      en: 'The token is valid but does not carry the scope this operation needs.',
    },
    cure: {
      vi: 'Xin thẻ có phạm vi nêu trong tiêu đề WWW-Authenticate. Nếu máy chủ cấp thẻ từ chối, đề nghị quản trị viên bổ sung quyền cho hệ thống của quý đơn vị.',
      en: 'Ask for a token with the scope named in WWW-Authenticate. If the token endpoint refuses it, ask the administrator to grant it to your system.',
    },
  },
  idempotency_key_required: {
    title: { vi: 'Thiếu tiêu đề Idempotency-Key', en: 'Idempotency-Key is missing' },
    detail: {
      vi: 'Thao tác có chuyển động tiền bắt buộc phải có tiêu đề Idempotency-Key.',
      en: 'An operation that moves money needs an Idempotency-Key header.',
    },
    cure: {
      vi: 'Sinh một khoá ngẫu nhiên cho mỗi ý định (chẳng hạn một UUID), lưu lại trước khi gửi và dùng đúng khoá đó mỗi lần gửi lại. Nhờ vậy, mạng chập chờn không bao giờ khiến công dân bị thu tiền hai lần.',
      en: 'Make one random key per intention (a UUID, say), store it before sending and use the same one for every repeat. A shaky network then never charges a citizen twice.',
    },
  },
  idempotency_key_invalid: {
    title: { vi: 'Idempotency-Key không hợp lệ', en: 'The Idempotency-Key is not valid' },
    detail: {
      vi: 'Khoá phải gồm 1 đến 255 ký tự ASCII nhìn thấy được và chỉ xuất hiện một lần.',
      en: 'The key must be 1 to 255 visible ASCII characters and appear once.',
    },
    cure: {
      vi: 'Dùng UUID hoặc chuỗi chữ và số không dấu, không có khoảng trắng.',
      en: 'Use a UUID, or letters and digits without spaces.',
    },
  },
  idempotency_not_supported: {
    title: { vi: 'Thao tác này không nhận Idempotency-Key', en: 'Idempotency-Key is not supported here' },
    detail: {
      vi: 'Câu trả lời của thao tác này chứa dữ liệu cá nhân nên không được lưu lại để phát lại.',
      en: 'The answer holds personal data and is therefore never stored for replay.',
    },
    cure: {
      vi: 'Bỏ tiêu đề Idempotency-Key. Đây là thao tác chỉ đọc, có thể gửi lại an toàn.',
      en: 'Leave the header out. The operation only reads and is safe to repeat.',
    },
  },
  idempotency_key_reused: {
    title: { vi: 'Idempotency-Key đã dùng cho nội dung khác', en: 'The Idempotency-Key was used for another body' },
    detail: {
      vi: 'Khoá này đã gắn với một yêu cầu có nội dung khác. Không có gì thay đổi.',
      en: 'This key belongs to a request with another body. Nothing was changed.',
    },
    cure: {
      vi: 'Gửi lại đúng nội dung ban đầu với khoá cũ, hoặc sinh khoá mới cho ý định mới.',
      en: 'Send the original body with the old key, or make a new key for a new intention.',
    },
  },
  request_in_progress: {
    title: { vi: 'Yêu cầu cùng khoá đang được xử lý', en: 'The request with this key is still running' },
    detail: {
      vi: 'Yêu cầu đầu tiên với Idempotency-Key này chưa trả lời xong.',
      en: 'The first request with this Idempotency-Key has not been answered yet.',
    },
    cure: {
      vi: 'Chờ số giây nêu trong Retry-After rồi gửi lại với cùng khoá và cùng nội dung.',
      en: 'Wait for Retry-After seconds, then send the same body with the same key.',
    },
  },
  purpose_required: {
    title: { vi: 'Phải nêu mục đích tra cứu', en: 'A purpose is required' },
    detail: {
      vi: 'Mọi lần tra cứu công dân phải có purpose: mã thủ tục, mã hồ sơ và tài khoản cán bộ.',
      en: 'Every look at a citizen needs a purpose: procedure code, dossier code and officer account.',
    },
    cure: {
      vi: 'Thêm purpose { procedureCode, dossierCode, officerId }. Không có mục đích thì không tra cứu; mục đích được ghi vào nhật ký kiểm toán.',
      en: 'Add purpose { procedureCode, dossierCode, officerId }. No purpose, no look-up; the purpose is written to the audit log.',
    },
  },
  invalid_personal_id: {
    title: { vi: 'Số định danh không hợp lệ', en: 'The personal number is not valid' },
    detail: {
      vi: 'Số định danh cá nhân phải gồm đúng 12 chữ số; số chứng minh nhân dân cũ gồm đúng 9 chữ số.',
      en: 'A personal identification number has exactly 12 digits; a legacy number has exactly 9.',
    },
    cure: {
      vi: 'Kiểm tra số chữ số và chỉ gửi chữ số, không kèm khoảng trắng hay dấu chấm. Mã tỉnh lạ hoặc mâu thuẫn về giới tính, năm sinh chỉ là cảnh báo, không bị từ chối.',
      en: 'Check the length and send digits only, without spaces or dots. An unknown prefix, or a gender or year digit at odds with the declaration, is a warning and not refused.',
    },
  },
  invalid_business_code: {
    title: { vi: 'Mã số doanh nghiệp không hợp lệ', en: 'The business code is not valid' },
    detail: {
      vi: 'Mã số doanh nghiệp gồm 10 chữ số với chữ số kiểm tra đúng, kèm “-NNN” đối với chi nhánh hoặc văn phòng đại diện.',
      en: 'A business code has 10 digits with a correct check digit, and “-NNN” for a branch or representative office.',
    },
    cure: {
      vi: 'Đối chiếu với giấy chứng nhận đăng ký doanh nghiệp. Chữ số kiểm tra sai hầu như luôn là do gõ nhầm.',
      en: 'Compare with the registration certificate. A wrong check digit is nearly always a typing error.',
    },
  },
  code_not_allowed_in_url: {
    title: { vi: 'Không được đặt số này trong URL', en: 'This number must not travel in a URL' },
    detail: {
      vi: 'Mã 12 chữ số của hộ kinh doanh chính là số định danh của chủ hộ; dữ liệu cá nhân không được đặt trong URL.',
      en: 'The 12-digit code of a household business is its owner’s personal number, and personal data never travels in a URL.',
    },
    cure: {
      vi: 'Chỉ tra cứu theo đường dẫn này với mã 10 chữ số, kèm “-NNN” đối với chi nhánh. URL thường bị ghi lại ở nhiều nơi ngoài tầm kiểm soát.',
      en: 'Use this path for 10-digit codes only, with “-NNN” for branches. URLs are recorded in many places nobody controls.',
    },
  },
  verification_not_found: {
    title: { vi: 'Không tìm thấy lần xác minh', en: 'No such verification' },
    detail: {
      vi: 'Không có lần xác minh nào mang mã này trong phạm vi của quý đơn vị.',
      en: 'Within your tenant there is no verification with this id.',
    },
    cure: {
      vi: 'Kiểm tra mã “ver_…”. Kết quả thuộc tỉnh hoặc cơ quan khác cũng được trả lời như không tồn tại.',
      en: 'Check the id “ver_…”. What belongs to another province or agency is answered as absent, too.',
    },
  },
  business_not_found: {
    title: { vi: 'Không tìm thấy doanh nghiệp', en: 'No such business' },
    detail: {
      vi: 'Cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp không có mã số này.',
      en: 'The national business registration database does not know this code.',
    },
    cure: {
      vi: 'Kiểm tra lại mã số. Doanh nghiệp mới đăng ký có thể xuất hiện chậm trong cơ sở dữ liệu.',
      en: 'Check the code. A firm registered very recently may appear with a delay.',
    },
  },
  payment_not_found: {
    title: { vi: 'Không tìm thấy khoản thanh toán', en: 'No such payment' },
    detail: {
      vi: 'Không có khoản thanh toán nào mang mã này trong phạm vi của quý đơn vị.',
      en: 'Within your tenant there is no payment with this id.',
    },
    cure: {
      vi: 'Kiểm tra mã “pay_…”, hoặc tìm theo reference tại GET /v1/payments. Khoản thuộc tỉnh hoặc cơ quan khác cũng được trả lời như không tồn tại.',
      en: 'Check the id “pay_…”, or look it up by reference at GET /v1/payments. What belongs to another province or agency is answered as absent, too.',
    },
  },
  portal_bill_not_ready: {
    title: { vi: 'Cổng thanh toán chưa phát hành biên lai', en: 'The portal has not issued its bill yet' },
    detail: {
      vi: 'Khoản này đã được nộp; biên lai của cổng thanh toán chưa có hoặc chưa lấy được. Trường lastAnswer cho biết lần hỏi vừa rồi gặp điều gì.',
      en: 'It is paid; the bill of the portal does not exist yet, or could not be fetched. lastAnswer says what the last try found.',
    },
    cure: {
      vi: 'Cổng tiếp tục hỏi trong 30 ngày và giữ biên lai ngay khi có. Hỏi lại sau Retry-After giây; trong lúc chờ, …/receipt là xác nhận của cổng này.',
      en: 'The gateway keeps asking for 30 days and keeps the bill as soon as it is there. Ask again after Retry-After seconds; until then …/receipt is the gateway’s own confirmation.',
    },
  },
  portal_bill_ended: {
    title: { vi: 'Biên lai không còn hiệu lực', en: 'The bill has ended' },
    detail: {
      vi: 'Khoản này đã được hoàn, toàn bộ hoặc một phần; từ đó biên lai của cổng thanh toán không còn hiệu lực.',
      en: 'All or part of it was given back, which ends the bill at the portal.',
    },
    cure: {
      vi: 'Dùng …/receipt: chứng từ của cổng này nêu số đã nộp, đã hoàn và còn lại.',
      en: 'Use …/receipt: the gateway’s own receipt says what was paid, given back, and remains.',
    },
  },
  reference_exists: {
    title: { vi: 'Mã tham chiếu đã tồn tại', en: 'The reference exists already' },
    detail: {
      vi: 'Một khoản thanh toán khác của quý đơn vị đã dùng reference này. Trường existing cho biết mã của khoản đó.',
      en: 'Another payment of your tenant has this reference. existing names it.',
    },
    cure: {
      vi: 'Nếu đây là lần gửi lại, hãy đọc khoản đã có. Nếu là nghĩa vụ mới, dùng reference mới: reference là duy nhất vĩnh viễn.',
      en: 'If this is a repeat, read the existing payment. For a new obligation use a new reference: a reference is unique for ever.',
    },
  },
  obligation_exists: {
    title: { vi: 'Khoản phí này đang được thu hoặc đã thu', en: 'This fee is being collected or paid already' },
    detail: {
      vi: 'Có một khoản thanh toán khác, còn hiệu lực hoặc đã nộp, cho cùng hồ sơ, cùng mã phí và cùng kỳ. Trường existing cho biết mã của khoản đó.',
      en: 'Another live or paid payment holds the same dossier, fee code and instalment. existing names it.',
    },
    cure: {
      vi: 'Dẫn công dân đến khoản đã có thay vì tạo khoản mới. Nếu thật sự là kỳ nộp tiếp theo, đặt instalment khác.',
      en: 'Send the payer to the existing payment. If it really is a further instalment, set another instalment.',
    },
  },
  attempt_in_flight: {
    title: { vi: 'Lần thanh toán hiện tại còn hiệu lực', en: 'The present attempt is still alive' },
    detail: {
      vi: 'Công dân vẫn có thể nộp tiền qua lần thanh toán đang mở, nên chưa thể mở lần khác.',
      en: 'The payer can still pay through the attempt that is open, so no other one may be opened.',
    },
    cure: {
      vi: 'Dẫn công dân đến payUrl của lần đang mở, hoặc yêu cầu huỷ tại …/cancellation rồi chờ đến khi trạng thái là cancelled.',
      en: 'Send the payer to the payUrl of the open attempt, or ask for its cancellation and wait until the state is cancelled.',
    },
  },
  outcome_unknown: {
    title: { vi: 'Chưa biết kết quả', en: 'The outcome is not known' },
    detail: {
      vi: 'Chưa ai có thể nói chắc lần thanh toán trước có thu tiền hay không. Thao tác này chỉ được thực hiện khi đã chắc chắn.',
      en: 'Nobody can yet say whether the former attempt takes or took money. This step needs that to be certain.',
    },
    cure: {
      vi: 'Cổng tiếp tục hỏi cổng thanh toán theo lịch và mỗi khi đọc khoản này. Chờ đến khi outcomeCertain là true, rồi gửi yêu cầu mới, với Idempotency-Key mới nếu thao tác cần khoá.',
      en: 'The gateway keeps asking the portal, on its schedule and at each GET. Wait until outcomeCertain is true, then send a new request, with a new Idempotency-Key where it takes one.',
    },
  },
  already_paid: {
    title: { vi: 'Khoản này đã được nộp', en: 'This payment is paid already' },
    detail: {
      vi: 'Cổng thanh toán đã xác nhận khoản này được nộp, nên không thể mở lần khác hay huỷ.',
      en: 'The portal has confirmed that it is paid, so there is nothing to open or to cancel.',
    },
    cure: {
      vi: 'Đọc khoản thanh toán để lấy trạng thái. Nếu cần trả lại tiền, dùng …/refunds.',
      en: 'Read the payment. To give money back, use …/refunds.',
    },
  },
  already_closed: {
    title: { vi: 'Lần thanh toán đã kết thúc', en: 'The attempt is over' },
    detail: {
      vi: 'Lần thanh toán đã thất bại, hết hạn hoặc đã huỷ; không còn gì để huỷ.',
      en: 'The attempt failed, expired or was cancelled; nothing is left to cancel.',
    },
    cure: {
      vi: 'Không cần làm gì. Để thu lại, mở lần mới tại …/attempts.',
      en: 'Nothing needs to be done. To collect after all, open a new attempt at …/attempts.',
    },
  },
  nothing_to_pay: {
    title: { vi: 'Không có gì đang chờ nộp', en: 'Nothing waits to be paid' },
    detail: {
      vi: 'Không có lần thanh toán nào đang chờ người nộp, nên không có mã QR. Trường state cho biết trạng thái của khoản.',
      en: 'No attempt awaits its payer, so there is no QR code. state says how the payment stands.',
    },
    cure: {
      vi: 'Khoản đã nộp thì không phải làm gì. Đang submitting thì đọc lại sau vài giây. Đã thất bại, hết hạn hoặc huỷ thì mở lần mới tại …/attempts rồi lấy mã QR mới; mã QR cũ không dùng được nữa.',
      en: 'If it is paid, nothing needs to be done. While it is submitting, read it again in a few seconds. If the attempt failed, expired or was cancelled, open a new one at …/attempts and fetch its QR code; the old one is void.',
    },
  },
  payment_not_paid: {
    title: { vi: 'Khoản này chưa được nộp', en: 'This payment is not paid' },
    detail: {
      vi: 'Chỉ khoản đã được cổng thanh toán xác nhận là nộp đủ mới có giấy xác nhận. Trường state cho biết trạng thái của khoản.',
      en: 'Only what the portal has confirmed as paid in full has a receipt. state says how the payment stands.',
    },
    cure: {
      vi: 'Chờ đến khi trạng thái là paid (đọc GET /v1/payments/{id}, hoặc nhận sự kiện payment.paid) rồi gọi lại. Nếu trạng thái là mismatch, cán bộ tài chính phải xử lý vụ việc tương ứng trước.',
      en: 'Wait until the state is paid (read GET /v1/payments/{id}, or be told by payment.paid) and ask again. Where the state is mismatch, a finance clerk must first settle the case that was opened about it.',
    },
  },
  refund_not_found: {
    title: { vi: 'Không có yêu cầu hoàn tiền này', en: 'No such refund' },
    detail: {
      vi: 'Khoản thanh toán này không có yêu cầu hoàn tiền nào mang mã đó.',
      en: 'This payment has no refund with that id.',
    },
    cure: {
      vi: 'Kiểm tra mã “ref_…”, hoặc xem danh sách tại GET …/refunds.',
      en: 'Check the id “ref_…”, or read the list at GET …/refunds.',
    },
  },
  refund_not_supported: {
    title: { vi: 'Cổng thanh toán này không nhận hoàn tiền', en: 'This portal takes no refunds' },
    detail: {
      vi: 'Giao thức của cổng thanh toán đã thu khoản này không có thông điệp hoàn tiền.',
      en: 'The dialect of the portal that collected this payment has no refund messages.',
    },
    cure: {
      vi: 'Hoàn tiền theo quy trình kế toán, rồi ghi nhận việc hoàn thủ công: xử lý vụ việc `refund_by_hand` vừa mở bằng `refunded_manually`, nêu số chứng từ.',
      en: 'Give the money back through accounting, and record it: resolve the `refund_by_hand` case that was opened as `refunded_manually`, naming the payment order.',
    },
  },
  refundable_changed: {
    title: { vi: 'Số tiền còn có thể hoàn đã thay đổi', en: 'The refundable amount has changed' },
    detail: {
      vi: 'expectedRefundable không bằng số còn có thể hoàn hiện nay, nêu ở trường refundable.',
      en: 'expectedRefundable is not what can be given back now; refundable says how much that is.',
    },
    cure: {
      vi: 'Đọc lại khoản thanh toán và các lần hoàn trước, quyết định lại, rồi gửi với số hiện nay và Idempotency-Key mới.',
      en: 'Read the payment and its refunds, decide again, then send the present amount with a new Idempotency-Key.',
    },
  },
  refund_exceeds_refundable: {
    title: { vi: 'Số tiền hoàn quá lớn', en: 'The refund is too large' },
    detail: {
      vi: 'amount lớn hơn số tiền còn có thể hoàn, nêu ở trường refundable.',
      en: 'amount is more than can still be given back; refundable says how much that is.',
    },
    cure: {
      vi: 'Gửi số tiền không vượt quá refundable.',
      en: 'Send an amount up to refundable.',
    },
  },
  second_person_required: {
    title: { vi: 'Phải do người thứ hai quyết định', en: 'A second person must decide' },
    detail: {
      vi: 'Người yêu cầu hoàn tiền không được tự duyệt. Nếu khi yêu cầu không nêu cán bộ thì hệ thống duyệt phải là một hệ thống khác.',
      en: 'Who asked for a refund cannot approve it. Where no officer was named then, another client system must approve.',
    },
    cure: {
      vi: 'Để một cán bộ khác duyệt, với officerId của chính người đó.',
      en: 'Let another officer approve, under that officer’s own officerId.',
    },
  },
  refund_already_decided: {
    title: { vi: 'Yêu cầu hoàn tiền đã được quyết định', en: 'The refund is decided already' },
    detail: {
      vi: 'Yêu cầu này không còn chờ duyệt. Trường state cho biết tình trạng hiện nay.',
      en: 'It does not wait for an approval any more. state says how it stands.',
    },
    cure: { vi: 'Đọc lại yêu cầu hoàn tiền.', en: 'Read the refund.' },
  },
  return_url_not_allowed: {
    title: { vi: 'Địa chỉ quay về không được phép', en: 'The return URL is not allowed' },
    detail: {
      vi: 'Nguồn (origin) của returnUrl không nằm trong danh sách đã đăng ký cho hệ thống của quý đơn vị.',
      en: 'The origin of returnUrl is not among those registered for your system.',
    },
    cure: {
      vi: 'Dùng địa chỉ thuộc returnOrigins đã đăng ký, hoặc đề nghị quản trị viên đăng ký thêm nguồn này.',
      en: 'Use an address within the registered returnOrigins, or ask the administrator to register this origin.',
    },
  },
  unknown_collecting_unit: {
    title: { vi: 'Đơn vị thu không tồn tại', en: 'Unknown collecting unit' },
    detail: {
      vi: 'collectingUnit không có trong cấu hình của tỉnh hoặc cơ quan này.',
      en: 'collectingUnit is not configured for this tenant.',
    },
    cure: {
      vi: 'Dùng mã đơn vị thu đã được cấu hình, hoặc đề nghị quản trị viên bổ sung.',
      en: 'Use the code of a configured unit, or ask the administrator to add it.',
    },
  },
  fee_not_in_catalogue: {
    title: { vi: 'Khoản thu không đúng danh mục phí', en: 'A line does not agree with the fee catalogue' },
    detail: {
      vi: 'Đơn vị này chỉ thu những khoản có trong danh mục phí đã được cấu hình, đúng loại, đúng mức thu và đang có hiệu lực. Mục errors chỉ ra từng dòng sai và danh mục nói gì.',
      en: 'This agency collects only what its fee catalogue lists: code, kind, amount, unit and today’s date must agree. errors names each line and what the catalogue says instead.',
    },
    cure: {
      vi: 'Sửa các dòng theo lời giải thích trong errors. Nếu danh mục thiếu hoặc đã cũ, đề nghị quản trị viên cập nhật tệp feeCatalogue.',
      en: 'Correct the lines as errors says. If the catalogue is incomplete or out of date, ask the administrator to update the file feeCatalogue names.',
    },
  },
  expiry_not_acceptable: {
    title: { vi: 'Thời hạn không chấp nhận được', en: 'The expiry cannot be accepted' },
    detail: {
      vi: 'expiresAt đã qua, quá gần hoặc vượt quá thời hạn mà cổng thanh toán giữ giao dịch.',
      en: 'expiresAt is past, too near, or beyond what the payment portal keeps a transaction for.',
    },
    cure: {
      vi: 'Chọn thời điểm trong tương lai, đủ để công dân kịp nộp, hoặc bỏ trống để dùng thời hạn mặc định của cổng thanh toán.',
      en: 'Choose a moment ahead that leaves the payer time, or leave it out for the portal’s own validity.',
    },
  },
  connection_not_found: {
    title: { vi: 'Không có tài khoản cổng thanh toán này', en: 'No such portal account' },
    detail: {
      vi: 'Đơn vị của quý vị không có tài khoản cổng thanh toán nào mang tên này.',
      en: 'Your tenant has no portal account of this name.',
    },
    cure: {
      vi: 'Tên tài khoản là khoá trong mục portals của tệp cấu hình, mặc định là payment-portal. Xem GET /v1/upstreams.',
      en: 'The name is a key of portals in the configuration, payment-portal by default. GET /v1/upstreams lists them.',
    },
  },
  date_not_over: {
    title: { vi: 'Ngày này chưa đến', en: 'This day has not begun' },
    detail: { vi: 'Không thể đối soát một ngày trong tương lai.', en: 'A day in the future cannot be reconciled.' },
    cure: {
      vi: 'Chọn ngày hôm nay hoặc sớm hơn, theo giờ Việt Nam.',
      en: 'Name today or an earlier day, by Vietnam time.',
    },
  },
  settlement_file_refused: {
    title: { vi: 'Tệp đối soát không được nhận', en: 'The settlement file is not taken' },
    detail: {
      vi: 'Tệp có thể không trọn vẹn nên không có dòng nào được ghi nhận. Trường refusal nêu lý do.',
      en: 'The file may not be whole, so nothing was posted from it. refusal says why.',
    },
    cure: {
      vi: 'truncated, wrong_count, wrong_sum, wrong_digest: lấy lại tệp từ cổng và không sửa tệp. wrong_date, wrong_partner: tệp của ngày hoặc tài khoản khác. Một vụ việc đã được mở.',
      en: 'truncated, wrong_count, wrong_sum, wrong_digest: get the file from the portal again and do not edit it. wrong_date, wrong_partner: it belongs to another day or account. A case was opened.',
    },
  },
  reconciliation_not_found: {
    title: { vi: 'Không tìm thấy lần đối soát', en: 'No such reconciliation' },
    detail: {
      vi: 'Không có lần đối soát nào mang mã này trong phạm vi của quý đơn vị.',
      en: 'Within your tenant there is no reconciliation with this id.',
    },
    cure: {
      vi: 'Kiểm tra mã “rec_…”, hoặc xem danh sách tại GET /v1/reconciliations.',
      en: 'Check the id “rec_…”, or read the list at GET /v1/reconciliations.',
    },
  },
  case_not_found: {
    title: { vi: 'Không tìm thấy vụ việc', en: 'No such case' },
    detail: {
      vi: 'Không có vụ việc nào mang mã này trong phạm vi của quý đơn vị.',
      en: 'Within your tenant there is no case with this id.',
    },
    cure: {
      vi: 'Kiểm tra mã “cas_…”, hoặc xem danh sách tại GET /v1/cases.',
      en: 'Check the id “cas_…”, or read the list at GET /v1/cases.',
    },
  },
  case_resolved: {
    title: { vi: 'Vụ việc đã được giải quyết', en: 'The case is resolved already' },
    detail: {
      vi: 'Kết luận của một vụ việc chỉ được ghi một lần.',
      en: 'The word on a case is written once.',
    },
    cure: {
      vi: 'Xem kết luận tại GET /v1/cases. Phát hiện mới sẽ mở vụ việc mới.',
      en: 'Read the resolution at GET /v1/cases. Something new will be a case of its own.',
    },
  },
  manual_refund_reference_required: {
    title: { vi: 'Thiếu số chứng từ hoàn tiền', en: 'The manual refund is not named' },
    detail: {
      vi: 'Hoàn tiền thủ công phải nêu số chứng từ để tra lại được.',
      en: 'A manual refund must name the document by which it can be found.',
    },
    cure: {
      vi: 'Gửi reference, ví dụ số uỷ nhiệm chi.',
      en: 'Send reference, e.g. the number of the payment order.',
    },
  },
  webhook_endpoint_not_found: {
    title: { vi: 'Không có địa chỉ nhận webhook này', en: 'There is no such webhook endpoint' },
    detail: {
      vi: 'Không có địa chỉ nhận webhook mang mã này, hoặc nó không thuộc đơn vị của hệ thống gọi.',
      en: 'No webhook endpoint has this id, or it does not belong to the tenant of the client.',
    },
    cure: {
      vi: 'Xem danh sách tại GET /v1/webhook-endpoints.',
      en: 'GET /v1/webhook-endpoints lists those there are.',
    },
  },
  webhook_delivery_not_found: {
    title: { vi: 'Không có lượt gửi này', en: 'There is no such delivery' },
    detail: {
      vi: 'Không có lượt gửi webhook mang mã này, hoặc nó không thuộc đơn vị của hệ thống gọi.',
      en: 'No webhook delivery has this id, or it does not belong to the tenant of the client.',
    },
    cure: {
      vi: 'Xem danh sách tại GET /v1/webhook-deliveries. Sự kiện xảy ra trước khi đăng ký địa chỉ nhận thì không có lượt gửi; đọc chúng tại GET /v1/events.',
      en: 'GET /v1/webhook-deliveries lists those there are. Events from before the endpoint was registered have none; read them at GET /v1/events.',
    },
  },
  webhook_url_not_allowed: {
    title: { vi: 'Địa chỉ nhận webhook không được chấp nhận', en: 'The webhook URL is not allowed' },
    detail: {
      vi: 'Địa chỉ nhận phải là https trên cổng 443 hoặc 8443, với tên miền công khai. Xem errors.',
      en: 'A receiver is reached by https on port 443 or 8443, under a public host name. See errors.',
    },
    cure: {
      vi: 'Dùng địa chỉ https có tên miền công khai, không kèm tên đăng nhập, mật khẩu hay phần sau dấu #. Trong môi trường thử nghiệm (MODE=sandbox), WEBHOOK_ALLOW_ORIGINS liệt kê các nguồn được chấp nhận thêm, ví dụ http://127.0.0.1:9000.',
      en: 'Use an https URL with a public host name, without user name, password or fragment. In MODE=sandbox, WEBHOOK_ALLOW_ORIGINS lists origins that are allowed besides, such as http://127.0.0.1:9000.',
    },
  },
  webhook_endpoint_limit: {
    title: { vi: 'Đã có quá nhiều địa chỉ nhận webhook', en: 'There are too many webhook endpoints' },
    detail: {
      vi: 'Một đơn vị có tối đa 50 địa chỉ nhận webhook, kể cả những địa chỉ đã tắt.',
      en: 'A tenant has at most 50 webhook endpoints, disabled ones included.',
    },
    cure: {
      vi: 'Dùng lại một địa chỉ đã tắt: PUT /v1/webhook-endpoints/{id} đổi được url, loại sự kiện và trạng thái.',
      en: 'Use a disabled one again: PUT /v1/webhook-endpoints/{id} changes URL, event types and state.',
    },
  },
  webhook_endpoint_disabled: {
    title: { vi: 'Địa chỉ nhận webhook đang tắt', en: 'The webhook endpoint is disabled' },
    detail: {
      vi: 'Không gửi gì tới địa chỉ đang tắt.',
      en: 'Nothing is sent to an endpoint that is disabled.',
    },
    cure: {
      vi: 'Bật lại bằng PUT /v1/webhook-endpoints/{id} với state là enabled, rồi yêu cầu gửi lại.',
      en: 'Enable it with PUT /v1/webhook-endpoints/{id} and state enabled, then ask again.',
    },
  },
  webhook_secret_not_used: {
    title: { vi: 'Địa chỉ này không dùng khoá bí mật', en: 'This endpoint uses no secret' },
    detail: {
      vi: 'Webhook tới địa chỉ này được ký bằng Ed25519; bên nhận chỉ cần khoá công khai.',
      en: 'Webhooks to this endpoint are signed with Ed25519; a receiver needs public keys only.',
    },
    cure: {
      vi: 'Lấy khoá công khai tại /.well-known/webhook-keys.json. Nếu thư viện của bên nhận chỉ biết HMAC (v1), đăng ký địa chỉ với signatureScheme là hmac-sha256.',
      en: 'Get the public keys at /.well-known/webhook-keys.json. If the receiver’s library knows HMAC (v1) only, register the endpoint with signatureScheme hmac-sha256.',
    },
  },
  upstream_not_configured: {
    title: { vi: 'Chưa kết nối hệ thống quốc gia này', en: 'This national system is not connected' },
    detail: {
      vi: 'Tỉnh hoặc cơ quan này chưa được cấu hình kết nối đến hệ thống quốc gia cần dùng.',
      en: 'This tenant has no connection to the national system the operation needs.',
    },
    cure: {
      vi: 'Đề nghị quản trị viên cổng cấu hình kết nối. Gửi lại yêu cầu sẽ không có tác dụng.',
      en: 'Ask the gateway’s administrator to configure it. Repeating the request will not help.',
    },
  },
  rate_limited: {
    title: { vi: 'Vượt quá hạn mức', en: 'Too many requests' },
    detail: {
      vi: 'Hệ thống của quý đơn vị đã dùng hết hạn mức trong khoảng thời gian này.',
      en: 'Your system has used up its quota for this period.',
    },
    cure: {
      vi: 'Chờ số giây nêu trong Retry-After. Tiêu đề RateLimit và RateLimit-Policy cho biết hạn mức và phần còn lại.',
      en: 'Wait for Retry-After seconds. RateLimit and RateLimit-Policy tell the quota and what is left.',
    },
  },
  overloaded: {
    title: { vi: 'Cổng đang quá tải', en: 'The gateway is overloaded' },
    detail: {
      vi: 'Cổng tạm từ chối yêu cầu mới để hoàn tất những yêu cầu đang xử lý. Yêu cầu này chưa được thực hiện.',
      en: 'New requests are refused for a moment so that those in progress can finish. This one was not begun.',
    },
    cure: {
      vi: 'Chờ theo Retry-After rồi gửi lại, kèm độ trễ ngẫu nhiên.',
      en: 'Wait for Retry-After, then repeat with some random delay.',
    },
  },
  storage_unavailable: {
    title: { vi: 'Kho dữ liệu tạm thời không sẵn sàng', en: 'Storage is unavailable' },
    detail: {
      vi: 'Cổng chưa ghi được vào cơ sở dữ liệu, nên không trả kết quả khi chưa có dấu vết kiểm toán.',
      en: 'The gateway could not write to its database, and no answer leaves without its audit record.',
    },
    cure: {
      vi: 'Gửi lại sau ít giây. Với thao tác thu tiền, dùng đúng Idempotency-Key và nội dung cũ: cổng sẽ nhận ra và không tạo khoản thứ hai.',
      en: 'Repeat in a few seconds. For payments use the same Idempotency-Key and body: the gateway recognises them and makes no second payment.',
    },
  },
  internal_error: {
    title: { vi: 'Lỗi nội bộ của cổng', en: 'An error of the gateway' },
    detail: {
      vi: 'Đã xảy ra lỗi ngoài dự kiến. Sự cố đã được ghi lại cùng mã yêu cầu.',
      en: 'Something unexpected went wrong. It was logged with the request id.',
    },
    cure: {
      vi: 'Nếu lặp lại, báo quản trị viên kèm X-Request-Id. Với thao tác thu tiền, chỉ gửi lại với cùng Idempotency-Key.',
      en: 'If it repeats, tell the administrator the X-Request-Id. Repeat payments with the same Idempotency-Key only.',
    },
  },
}
