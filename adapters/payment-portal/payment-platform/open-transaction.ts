/** INIT, the only write: prepared once, sent as often as needed byte for byte, answered with the address of a pay page. */
import { payUrlIn } from '../pay-url.ts'
import { clip, plainText } from '../plain-text.ts'
import { signed } from './checksum.ts'
import { refuse, resultOf, type PartnerAccount, type PortalClient } from './client.ts'
import { checksumOrder, maxProcedureName, noBankYet, version } from './wire.ts'
import { ContractBreach, decoding, type CallSite } from '#adapters/transport/fate.ts'
import { passJsonGate, stringOf } from '#adapters/transport/json-gate.ts'
import { localStamp } from '#adapters/transport/vietnam-time.ts'
import type { CallContext } from '#domain/call-context.ts'
import type {
  FineDetails,
  LineKind,
  OpenedTransaction,
  PortalReference,
  PreparedTransaction,
  TransactionOrder,
} from '#domain/portal.ts'
import type { JsonRecord } from '#domain/strict-json.ts'

const site: CallSite = { upstream: 'payment_portal', operation: 'openTransaction', effect: 'write' }

export async function openTransaction(
  client: PortalClient,
  prepared: PreparedTransaction,
  call: CallContext,
): Promise<OpenedTransaction> {
  const answer = await client.post(prepared.body, site, call)
  const decoded = decoding(site, () => decodeOpened(passJsonGate(answer), prepared.reference, client))
  return decoded.kind === 'opened' ? decoded.transaction : refuse(decoded.result, site)
}

/** The INIT message. The same order gives the same bytes. */
export function encodeOrder(order: TransactionOrder, account: PartnerAccount): string {
  const description = plainText(`THANH TOAN HO SO ${order.dossierCode}`)
  const message = {
    LoaiBanTin: 'INIT',
    PhienBan: version,
    MaDoiTac: account.partnerCode,
    MaThamChieu: order.reference,
    SoTien: String(order.amount.dong),
    LoaiHinhThanhToan: 'PAY',
    MaKenhThanhToan: '1',
    MaThietBi: '1',
    NgonNgu: 'vi-VN',
    MaTienTe: 'VND',
    MaNganHang: noBankYet,
    ThongTinGiaoDich: description,
    ThoiGianGD: localStamp(order.issuedAtMs),
    Ip: order.unit.ip,
    ThongTinBienLai: receiptBlock(order, description),
  }
  return JSON.stringify(signed(message, checksumOrder.init, account.secret))
}

type Decoded =
  | { readonly kind: 'opened'; readonly transaction: OpenedTransaction }
  | { readonly kind: 'refused'; readonly result: string }

function decodeOpened(
  record: JsonRecord,
  reference: PortalReference,
  trust: Pick<PortalClient, 'account' | 'isSecure'>,
): Decoded {
  const expected = { kind: 'INIT', reference, order: checksumOrder.initAnswer, unsignedAllowed: true }
  const result = resultOf(record, expected, trust.account)
  if (result !== '00') return { kind: 'refused', result }
  const payUrl = payUrlIn(record, 'UrlThanhToan', trust)
  const vietQr = vietQrOf(stringOf(record, 'ChuoiVietQR'))
  return { kind: 'opened', transaction: { reference, payUrl, ...(vietQr !== undefined && { vietQr }) } }
}

/** EMV text of a dynamic VietQR: it begins with version and "12", and ends with its CRC. */
function vietQrOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  if (text.length > 512 || !/^000201010212[ -~]*6304[0-9A-F]{4}$/.test(text)) {
    throw new ContractBreach('ChuoiVietQR is no dynamic VietQR')
  }
  return text
}

/** Not covered by the checksum. Every key is sent, empty when unused; no place-holder numbers. */
function receiptBlock({ fine, lines, payer, unit, ...order }: TransactionOrder, description: string) {
  const isFine = lines.some(({ kind }) => kind === 'fine')
  if (isFine !== (fine !== undefined))
    throw new TypeError('a fine is sent with the details of its decision, a fee without')
  return {
    MaDichVu: isFine ? '1' : '2',
    MaDVC: `${order.procedureCode}.01`,
    TenDVC: clip(order.procedureName, 500),
    MaTTHC: order.procedureCode,
    TenTTHC: clip(order.procedureName, maxProcedureName),
    MaDonVi: unit.agencyCode,
    TenDonVi: clip(unit.name, 500),
    MaHoSo: order.dossierCode,
    TKThuHuong: unit.beneficiary.account,
    MaNHThuHuong: unit.beneficiary.bank,
    TenTKThuHuong: clip(unit.beneficiary.name, 250),
    NoiDungThanhToan: description,
    HoTenNguoiNop: clip(payer.fullName, 250),
    SoCMNDNguoiNop: payer.personalId ?? '',
    DiaChiNguoiNop: clip(payer.address ?? '', 500),
    HuyenNguoiNop: '',
    TinhNguoiNop: '',
    // A fine's amounts go into DSKhoanNop, a fee's into PhiLePhi: either list adds up to SoTien.
    PhiLePhi: isFine
      ? []
      : lines.map((line) => ({
          LoaiPhiLePhi: feeKinds[line.kind],
          MaPhiLePhi: line.code,
          TenPhiLePhi: clip(line.name, 500),
          SoTien: String(line.amount.dong),
        })),
    DSKhoanNop: isFine
      ? lines.map((line) => ({ NoiDung: clip(line.name, 500), SoTien: String(line.amount.dong) }))
      : [],
    ...fineBlock(fine),
  }
}

/** `LoaiPhiLePhi`: 1 phí, 2 lệ phí. */
const feeKinds: Readonly<Record<LineKind, string>> = { phi: '1', le_phi: '2', fine: '' }

function fineBlock(fine: FineDetails | undefined) {
  return {
    MaLoaiHinhThuPhat: fine?.penaltyTypeCode ?? '',
    TenLoaiHinhThuPhat: clip(fine?.penaltyTypeName ?? '', 500),
    MaCoQuanQD: fine?.decidingAgencyCode ?? '',
    TenCoQuanQD: clip(fine?.decidingAgencyName ?? '', 500),
    KhoBac: fine?.treasury ?? '',
    NgayQD: fine === undefined ? '' : fine.decisionDate.split('-').toReversed().join('/'),
    SoQD: fine?.decisionNumber ?? '',
    ThoiGianViPham: fine?.violationTime ?? '',
    DiaDiemViPham: clip(fine?.violationPlace ?? '', 500),
    TenNguoiViPham: clip(fine?.violatorName ?? '', 250),
    TaiKhoanThuNSNN: fine?.budgetAccount ?? '',
  }
}
