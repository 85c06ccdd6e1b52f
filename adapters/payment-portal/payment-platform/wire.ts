/** The words of pp-1.0.6 as they stand on the wire. */

export const version = '1.0.6'

/** `LoaiBanTin`. That a notification says `CONFIRM` is [OURS]: its real value is not public. */
export type MessageKind = 'INIT' | 'CONFIRM' | 'QUERY' | 'GET_BILL' | 'REFUND' | 'QUERY_REFUND'

/** `MaTTHC`'s name is cut here by public client software; the other texts where our contract does. */
export const maxProcedureName = 250

/** Order of the values in each checksum (contracts/payment-portal/signing.md). The secret always comes last. */
export const checksumOrder = {
  init: [
    'LoaiBanTin',
    'PhienBan',
    'MaDoiTac',
    'MaThamChieu',
    'SoTien',
    'LoaiHinhThanhToan',
    'MaKenhThanhToan',
    'MaThietBi',
    'NgonNgu',
    'MaTienTe',
    'MaNganHang',
    'ThongTinGiaoDich',
    'ThoiGianGD',
    'Ip',
  ],
  /** [OURS] */
  initAnswer: ['LoaiBanTin', 'MaLoi', 'MaDoiTac', 'MaThamChieu', 'UrlThanhToan', 'ChuoiVietQR'],
  /** Of a notification, and [OURS] of the answer to QUERY. */
  confirm: [
    'LoaiBanTin',
    'MaLoi',
    'MaDoiTac',
    'MaThamChieu',
    'SoTien',
    'MaTienTe',
    'MaGiaoDich',
    'MaNganHang',
    'ThoiGianGD',
    'ThongTinGiaoDich',
  ],
  /** Of QUERY and GET_BILL. */
  key: ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD'],
  /** [OURS] */
  billRefusal: ['LoaiBanTin', 'MaLoi', 'MaDoiTac', 'MaThamChieu', 'TrangThaiBienLai'],
  /** [OURS] */
  refund: [
    'LoaiBanTin',
    'PhienBan',
    'MaDoiTac',
    'MaThamChieu',
    'MaHoanTien',
    'SoTien',
    'MaTienTe',
    'LyDo',
    'ThoiGianGD',
  ],
  /** [OURS] */
  refundKey: ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'MaHoanTien', 'ThoiGianGD'],
  /** [OURS] Of the answers to both. */
  refundAnswer: [
    'LoaiBanTin',
    'MaLoi',
    'MaDoiTac',
    'MaThamChieu',
    'MaHoanTien',
    'SoTien',
    'MaTienTe',
    'TrangThaiHoanTien',
    'MaGiaoDichHoanTien',
    'ThoiGianGD',
  ],
  /** [OURS] */
  acknowledgement: ['MaLoi', 'MoTaLoi', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD'],
} as const

/** `TrangThaiGD`. 2 was never seen anywhere. */
export const standings: Readonly<Record<string, 'paid' | 'pending' | 'failed'>> = {
  '1': 'paid',
  '3': 'pending',
  '4': 'failed',
}

/** `TrangThaiHoanTien` [OURS]. */
export const refundStandings: Readonly<Record<string, 'completed' | 'accepted' | 'refused'>> = {
  SUCCESS: 'completed',
  PENDING: 'accepted',
  FAILED: 'refused',
}

/** `MaNganHang` while the payer has not chosen a bank. */
export const noBankYet = 'PAYMENT'
