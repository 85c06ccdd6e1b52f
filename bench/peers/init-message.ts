/** INIT as both peers write it: the whole receipt block, empty strings where unused, and the checksum over the fixed fields. */
import { createHash } from 'node:crypto'

export interface PeerOrder {
  readonly reference: string
  readonly dossierCode: string
  readonly procedureCode: string
  readonly procedureName: string
  readonly payer: { readonly fullName: string; readonly personalId?: string | undefined }
  readonly lines: readonly { readonly code: string; readonly name: string; readonly amount: number }[]
}

export function initMessage(
  order: PeerOrder,
  { reference, amount }: { readonly reference: string; readonly amount: number },
  { partnerCode, secret }: { readonly partnerCode: string; readonly secret: string },
): object {
  const time = new Date(Date.now() + 7 * 3_600_000).toISOString().replaceAll(/[-T:]/g, '').slice(0, 14)
  const text = `THANH TOAN HO SO ${order.dossierCode}`
  const covered = `INIT|1.0.6|${partnerCode}|${reference}|${amount}|PAY|1|1|vi-VN|VND|PAYMENT|${text}|${time}|10.0.0.1`
  return {
    LoaiBanTin: 'INIT',
    PhienBan: '1.0.6',
    MaDoiTac: partnerCode,
    MaThamChieu: reference,
    SoTien: String(amount),
    LoaiHinhThanhToan: 'PAY',
    MaKenhThanhToan: '1',
    MaThietBi: '1',
    NgonNgu: 'vi-VN',
    MaTienTe: 'VND',
    MaNganHang: 'PAYMENT',
    ThongTinGiaoDich: text,
    ThoiGianGD: time,
    Ip: '10.0.0.1',
    ThongTinBienLai: {
      MaDichVu: '2',
      MaDVC: `${order.procedureCode}.01`,
      TenDVC: order.procedureName,
      MaTTHC: order.procedureCode,
      TenTTHC: order.procedureName,
      MaDonVi: '000.00.17.H38',
      TenDonVi: 'Sở Tư pháp',
      MaHoSo: order.dossierCode,
      TKThuHuong: '9900000000017',
      MaNHThuHuong: '990000',
      TenTKThuHuong: 'SO TU PHAP',
      NoiDungThanhToan: text,
      HoTenNguoiNop: order.payer.fullName,
      SoCMNDNguoiNop: order.payer.personalId ?? '',
      DiaChiNguoiNop: '',
      HuyenNguoiNop: '',
      TinhNguoiNop: '',
      PhiLePhi: order.lines.map(({ code, name, amount: dong }) => ({
        LoaiPhiLePhi: '1',
        MaPhiLePhi: code,
        TenPhiLePhi: name,
        SoTien: String(dong),
      })),
      DSKhoanNop: order.lines.map(({ name, amount: dong }) => ({ NoiDung: name, SoTien: String(dong) })),
      MaLoaiHinhThuPhat: '',
      TenLoaiHinhThuPhat: '',
      MaCoQuanQD: '',
      TenCoQuanQD: '',
      KhoBac: '',
      NgayQD: '',
      SoQD: '',
      ThoiGianViPham: '',
      DiaDiemViPham: '',
      TenNguoiViPham: '',
      TaiKhoanThuNSNN: '',
    },
    MaXacThuc: createHash('sha256').update(`${covered}|${secret}`).digest('hex'),
  }
}
