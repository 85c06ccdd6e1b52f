/** Turns "address in use" into a sentence that names the port and the variable that moves it. */
import { StartupError } from '#domain/errors.ts'

/** Passes on what `listen` resolves with; rejects with `StartupError` when the address cannot be had. */
export async function onPort<T>(variable: string, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen()
  } catch (cause) {
    const { code, port, address } = cause as { code?: string; port?: number; address?: string }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartupError(`this machine has no address ${address ?? 'of that name'} to listen on`, {
        cure: 'Set HOST to one of its own addresses (ip addr shows them), or to 0.0.0.0 for all.',
        cause,
      })
    }
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause
    const trouble = code === 'EADDRINUSE' ? 'is taken by another program' : 'may not be used by this user'
    throw new StartupError(`port ${port} ${trouble}`, {
      cure: `Stop that program (ss -ltnp shows it), or choose another port with ${variable}.`,
      cause,
    })
  }
}
