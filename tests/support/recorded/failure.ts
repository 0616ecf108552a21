/** The error of a recording that fails. */
export async function failureOf(run: () => Promise<unknown>): Promise<unknown> {
  // mocha would take the runtime's stray rejections for its own
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", () => undefined);
  try {
    return await run().then(
      () => "no error",
      (error: unknown) => error,
    );
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
}
