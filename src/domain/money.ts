/** Integer đồng. Inside: bigint; in our JSON: a number up to 999,999,999,999; towards the portal: a digit string. */
export interface Money {
  readonly dong: bigint
}

export const maxAmountDong = 999_999_999_999n

export const money = (dong: bigint | number): Money => ({ dong: BigInt(dong) })

export const sumOf = (amounts: readonly Money[]): Money => ({
  dong: amounts.reduce((total, { dong }) => total + dong, 0n),
})

/** The JSON form. Safe: every acceptable amount is far below 2^53. */
export const toJsonAmount = ({ dong }: Money): number => Number(dong)
