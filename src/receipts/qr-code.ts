/** QR codes as pictures. Level M: a seventh of the code may be dirty, glaring or creased. */
import QRCode from 'qrcode'

export type QrForm = 'png' | 'svg'

/** Four modules of quiet zone, as ISO/IEC 18004 asks; eight pixels a module hold on any screen. */
const layout = { errorCorrectionLevel: 'M', margin: 4, scale: 8 } as const

export const drawQr = (text: string, form: QrForm): Promise<string | Uint8Array> =>
  form === 'svg' ? QRCode.toString(text, { ...layout, type: 'svg' }) : QRCode.toBuffer(text, { ...layout, type: 'png' })
