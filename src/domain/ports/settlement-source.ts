import type { CallContext } from '../call-context.ts'

/** Where the daily settlement files of a portal account come from. Errors: `UpstreamError`. */
export interface SettlementSource {
  /**
   * Gives the file of `date` (`YYYY-MM-DD` in Vietnam) to `accept`, piece by piece, in order. `none`: the portal has no file
   * for the day, or not yet. On an error what was accepted is worth nothing.
   */
  fetchSettlementFile(
    date: string,
    accept: (chunk: Uint8Array) => Promise<void>,
    call: CallContext,
  ): Promise<'file' | 'none'>
}
