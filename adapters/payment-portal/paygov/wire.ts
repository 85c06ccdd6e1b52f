/** The words of PayGov as they stand on the wire, and the order of the values in each checksum (contracts/paygov/signing.md). */

export const checksumOrder = {
  create: ['partnerCode', 'orderId', 'requestCode', 'amount'],
  /** [OURS] */
  notification: [
    'amount',
    'orderId',
    'orderInfo',
    'requestCode',
    'transactionNo',
    'payDate',
    'paygate',
    'errorCode',
    'type',
    'transactionCode',
  ],
  /** [OURS] */
  receipt: [
    'partnerCode',
    'accessKey',
    'payerId',
    'payerName',
    'payerAddress',
    'payerDistrict',
    'payerProvince',
    'docCode',
    'decisionDate',
    'procedureName',
    'paids',
    'otherInfo',
  ],
} as const

/**
 * The form of each value of a notification [OURS]. The checksum joins them without a separator, so a character that moved
 * from one into its neighbour would leave it right: what keeps them apart is that no two can exchange one and keep their form.
 */
export const notificationForms: Readonly<Record<(typeof checksumOrder.notification)[number], RegExp>> = {
  amount: /^[1-9][0-9]{0,11}$/,
  orderId: /^[A-Za-z][0-9A-Za-z._-]{0,180}-[0-9A-Z]{20}$/,
  orderInfo: /^[ -~]{0,255}$/,
  requestCode: /^[0-9A-Z]{20}$/,
  transactionNo: /^[0-9A-Za-z]{1,64}$/,
  payDate: /^[0-9]{14}$/,
  paygate: /^[A-Z]{1,32}$/,
  errorCode: /^[0-9]{2}$/,
  type: /^[0-9]$/,
  transactionCode: /^[0-9A-Za-z]{1,64}$/,
}
