/** The sandbox's control API as a tester calls it. */
export interface SandboxControl {
  post(path: string, body?: unknown): Promise<ControlReply>
  get(path: string): Promise<ControlReply>
  remove(path: string): Promise<ControlReply>
  /** Orders a fault and expects it to be taken. */
  fault(order: Readonly<Record<string, unknown>>): Promise<string>
  violations(): Promise<readonly ControlBody[]>
}

type ControlBody = Readonly<Record<string, unknown>>

interface ControlReply {
  readonly status: number
  readonly body: ControlBody
}

export function controlOf(controlUrl: string): SandboxControl {
  const call = async (method: string, path: string, body?: unknown): Promise<ControlReply> => {
    const answer = await fetch(`${controlUrl}/_sandbox${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as ControlBody) }
  }
  return {
    post: (path, body) => call('POST', path, body),
    get: (path) => call('GET', path),
    remove: (path) => call('DELETE', path),
    async fault(order) {
      const { status, body } = await call('POST', '/faults', order)
      if (status !== 201) throw new Error(`the sandbox refused the fault: ${JSON.stringify(body)}`)
      return String(body['id'])
    },
    async violations() {
      const { body } = await call('GET', '/violations')
      return body['data'] as readonly ControlBody[]
    },
  }
}
