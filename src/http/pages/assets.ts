/** What the pages are drawn with, by name. Fonts come from the installed package, scripts lie here; each is read once. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { mark } from './mark.ts'
import { style } from './style.ts'

export const assetNames = [
  'page.css',
  'mark.svg',
  'verify.js',
  'statement.js',
  'regular.ttf',
  'medium.ttf',
  'bold.ttf',
] as const
export type AssetName = (typeof assetNames)[number]

export const isAssetName = (name: string): name is AssetName => (assetNames as readonly string[]).includes(name)

export interface Asset {
  readonly contentType: string
  readonly body: string | Uint8Array
  readonly maxAgeSeconds: number
}

/** Whole TTF files: the split web subsets elsewhere lack either the accents or the plain letters. */
const fonts: Readonly<Record<string, string>> = {
  'regular.ttf': '400Regular/BeVietnamPro_400Regular.ttf',
  'medium.ttf': '500Medium/BeVietnamPro_500Medium.ttf',
  'bold.ttf': '700Bold/BeVietnamPro_700Bold.ttf',
}

const loaded = new Map<AssetName, Promise<Asset>>()

export function findAsset(name: AssetName): Promise<Asset> {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const loading = load(name)
  loaded.set(name, loading)
  // A file that could not be read once may be there the next time.
  loading.catch(() => loaded.delete(name))
  return loading
}

async function load(name: AssetName): Promise<Asset> {
  if (name === 'page.css') return { contentType: 'text/css; charset=utf-8', body: style, maxAgeSeconds: 300 }
  if (name === 'mark.svg') return { contentType: 'image/svg+xml', body: mark, maxAgeSeconds: 86_400 }
  if (name === 'verify.js' || name === 'statement.js') {
    const script = await readFile(new URL(`verify/${name}`, import.meta.url))
    return { contentType: 'text/javascript; charset=utf-8', body: script, maxAgeSeconds: 300 }
  }
  const file = import.meta.resolve(`@expo-google-fonts/be-vietnam-pro/${fonts[name]}`)
  return { contentType: 'font/ttf', body: await readFile(fileURLToPath(file)), maxAgeSeconds: 604_800 }
}
