/** Why a person is looked at: no purpose, no look-up (Circular 46/2022/TT-BCA art. 8; Law 91/2025/QH15). */
export interface Purpose {
  /** Mã thủ tục, e.g. `2.000635`. */
  readonly procedureCode: string
  /** Mã hồ sơ, e.g. `H38.17-261123-0007`. */
  readonly dossierCode: string
  /** The officer's own account, never a shared one. Personal data: tag it before it is written anywhere. */
  readonly officerId: string
  readonly legalBasis?: string
}
