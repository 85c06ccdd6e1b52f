/** The name of a configured portal account, as it stands in paths. */
import { z } from 'zod'

export const connectionParams = z.strictObject({
  connection: z.string().meta({ description: 'A configured portal account.', examples: ['payment-portal'] }),
})

export const isConnection = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(text)
