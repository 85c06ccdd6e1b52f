/** Waits for Ctrl-C or SIGTERM, then stops everything in order; a second signal gives up waiting. */
export async function untilStopped(stop: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    const onSignal = () => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
      process.once('SIGINT', giveUp).once('SIGTERM', giveUp)
      resolve()
    }
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  })
  await stop()
  process.off('SIGINT', giveUp).off('SIGTERM', giveUp)
}

const giveUp = (): never => process.exit(130)
