/** Be Vietnam Pro (OFL), drawn for Vietnamese; read once from its package, for the bill and for the pay page. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const faces = {
  regular: '400Regular/BeVietnamPro_400Regular.ttf',
  medium: '500Medium/BeVietnamPro_500Medium.ttf',
  semibold: '600SemiBold/BeVietnamPro_600SemiBold.ttf',
  bold: '700Bold/BeVietnamPro_700Bold.ttf',
} as const

export type FontFace = keyof typeof faces
export const fontFaces = Object.keys(faces) as readonly FontFace[]

const loaded = new Map<FontFace, Buffer>()

export function fontFile(face: FontFace): Buffer {
  const known = loaded.get(face)
  if (known !== undefined) return known
  const file = createRequire(import.meta.url).resolve(`@expo-google-fonts/be-vietnam-pro/${faces[face]}`)
  const bytes = readFileSync(file)
  loaded.set(face, bytes)
  return bytes
}
