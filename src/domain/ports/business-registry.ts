import type { BusinessAnswer, BusinessCode } from '../business.ts'
import type { CallContext } from '../call-context.ts'

/** The national business registration database. Reads only. Errors: `UpstreamError`. */
export interface BusinessRegistry {
  /** `chiTietDoanhNghiep`. */
  findBusiness(code: BusinessCode, call: CallContext): Promise<BusinessAnswer>
}
