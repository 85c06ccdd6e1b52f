/** Style and fonts of the pages: a closed list, so no path ever becomes a file name. */
import { z } from 'zod'
import { GatewayError } from '#domain/errors.ts'
import { defineOpenRoute } from '../../define-route.ts'
import { findAsset, isAssetName, assetNames } from '../../pages/assets.ts'

export const docsAsset = defineOpenRoute({
  operation: 'docsAsset',
  method: 'GET',
  path: '/docs/assets/{name}',
  tag: 'documentation',
  summary: { vi: 'Phông chữ và kiểu trình bày', en: 'Fonts and style' },
  description: { vi: 'Những gì cần để vẽ các trang này.', en: 'What the pages are drawn with.' },
  personalData: false,
  params: z.strictObject({ name: z.enum(assetNames) }),
  answers: { 200: { description: 'The file.', contentType: 'application/octet-stream' } },
  problems: ['route_not_found'],
  handle: () => async (call) => {
    const { name = '' } = call.params
    if (!isAssetName(name)) throw new GatewayError('route_not_found', 'no such asset')
    const { contentType, body, maxAgeSeconds } = await findAsset(name)
    return { status: 200, contentType, body, headers: { 'Cache-Control': `public, max-age=${maxAgeSeconds}` } }
  },
})
