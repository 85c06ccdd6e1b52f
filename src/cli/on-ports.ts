/** Turns "address in use" into a sentence that names the port and the variable that moves it. */
import { StartupError } from '#domain/errors.ts'

export async function onPorts<T>(variable: string, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen()
  } catch (cause) {
    const { code, port } = cause as { code?: unknown; port?: unknown }
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause
    const trouble = code === 'EADDRINUSE' ? 'is taken by another program' : 'may not be used by this user'
    throw new StartupError(`port ${String(port)} ${trouble}`, {
      cure: `Stop that program (ss -ltnp shows it), or choose another port: ${variable}=… npm start`,
      cause,
    })
  }
}
