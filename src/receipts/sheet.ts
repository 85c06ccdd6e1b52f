/** The paper a receipt is drawn on: A5, its margins, its inks, and how a word or a number gets onto it. */
import { buffer } from 'node:stream/consumers'
import PdfDocument from 'pdfkit'
import type { Face } from './fonts.ts'

export const ink = { text: '#2b1d16', soft: '#6d5a4c', red: '#8f1d14', edge: '#dccfb8', tint: '#f6eee1' } as const
type Colour = (typeof ink)[keyof typeof ink]

/** Points. A5 prints two to a sheet of A4, and fills one where there is no other paper. */
export const page = { width: 419.53, height: 595.28, left: 36, right: 383.53, top: 34, bottom: 548 } as const
export const contentWidth = page.right - page.left

export interface Lettering {
  readonly face?: Face
  readonly size?: number
  readonly colour?: Colour
}

export interface Place {
  readonly x?: number
  readonly y: number
  readonly width?: number
  readonly align?: 'left' | 'center' | 'right'
}

export interface Sheet {
  readonly pdf: InstanceType<typeof PdfDocument>
  /** Where the next thing goes. */
  y: number
}

export interface SheetFacts {
  readonly title: string
  readonly createdAtMs: number
  readonly fonts: ReadonlyMap<Face, Buffer>
}

export function openSheet({ title, createdAtMs, fonts }: SheetFacts): Sheet {
  const pdf = new PdfDocument({
    size: 'A5',
    margin: 0,
    bufferPages: true,
    lang: 'vi',
    displayTitle: true,
    // All that would differ between two drawings of the same receipt is the moment.
    info: { Title: title, Author: 'Liên Thông', CreationDate: new Date(createdAtMs) },
  })
  for (const [face, bytes] of fonts) pdf.registerFont(face, bytes)
  return { pdf, y: page.top }
}

export async function closeSheet({ pdf }: Sheet): Promise<Uint8Array> {
  const bytes = buffer(pdf)
  pdf.end()
  return bytes
}

/** Writes `text`, as many lines as it needs, and gives where it ended. */
export function write({ pdf }: Sheet, text: string, place: Place, lettering: Lettering = {}): number {
  const { x = page.left, y, width = page.right - x, align = 'left' } = place
  letter(pdf, lettering)
  pdf.text(text, x, y, { width, align, lineGap: 1.5 })
  return pdf.y
}

export function heightOf({ pdf }: Sheet, text: string, width: number, lettering: Lettering = {}): number {
  letter(pdf, lettering)
  return pdf.heightOfString(text, { width, lineGap: 1.5 })
}

function letter(pdf: Sheet['pdf'], { face = 'regular', size = 9, colour = ink.text }: Lettering): void {
  pdf.font(face).fontSize(size).fillColor(colour)
}

export function rule({ pdf }: Sheet, y: number, { colour = ink.edge, width = 0.6 } = {}): void {
  pdf.moveTo(page.left, y).lineTo(page.right, y).lineWidth(width).stroke(colour)
}
