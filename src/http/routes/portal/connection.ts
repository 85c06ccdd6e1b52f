/** The name of a configured portal account, as it stands in paths. */
import { z } from 'zod'
import { means } from '../../meaning.ts'

export const connectionParams = z.strictObject({
  connection: z.string().meta({
    ...means('A configured portal account.', 'Tài khoản cổng thanh toán đã được cấu hình.'),
    examples: ['payment-portal'],
  }),
})

export const isConnection = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(text)
