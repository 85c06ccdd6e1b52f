/** Be Vietnam Pro (OFL), drawn for Vietnamese: whole TTF files from its package, read once. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const files = {
  regular: '400Regular/BeVietnamPro_400Regular.ttf',
  semibold: '600SemiBold/BeVietnamPro_600SemiBold.ttf',
  bold: '700Bold/BeVietnamPro_700Bold.ttf',
} as const

export type Face = keyof typeof files

const faces = Object.keys(files) as readonly Face[]

let loaded: Promise<ReadonlyMap<Face, Buffer>> | undefined

export function loadFonts(): Promise<ReadonlyMap<Face, Buffer>> {
  if (loaded !== undefined) return loaded
  loaded = readAll()
  // A file that could not be read once may be there the next time.
  loaded.catch(() => (loaded = undefined))
  return loaded
}

async function readAll(): Promise<ReadonlyMap<Face, Buffer>> {
  const read = async (face: Face) => {
    const file = import.meta.resolve(`@expo-google-fonts/be-vietnam-pro/${files[face]}`)
    return [face, await readFile(fileURLToPath(file))] as const
  }
  return new Map(await Promise.all(faces.map(read)))
}
