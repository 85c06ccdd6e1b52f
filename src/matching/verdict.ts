/** What comparing one declared attribute with the register can come to (api.md, "Identity"). */
export type Verdict =
  /** Equal after NFC, case folding and collapsing of spaces. Upper case in the register is nothing special. */
  | 'match'
  /** Equal once spelling habits are set aside: tone placement, Ð for Đ, hyphen or space. */
  | 'match_normalised'
  | 'mismatch'
  /** The register holds nothing to compare with, or holds less than was declared. */
  | 'no_data'

/** A whole is worth its weakest part: one difference cannot be mended by the rest, one gap leaves the whole open. */
export function weakestOf(verdicts: readonly Verdict[]): Verdict {
  return fromWeakest.find((verdict) => verdicts.includes(verdict)) ?? 'match'
}

const fromWeakest: readonly Verdict[] = ['mismatch', 'no_data', 'match_normalised']
