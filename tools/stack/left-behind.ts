const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs `remove` also when the process is told to end, which runs no `finally`: a key in the folder for temporary files
 * would stay there. @returns `remove`, once, for the end that nobody disturbs
 */
export function alsoWhenInterrupted(remove: () => void): () => void {
  const end = () => {
    process.removeListener("exit", end);
    for (const signal of signals) process.removeListener(signal, interrupted);
    remove();
  };
  const interrupted = (signal: NodeJS.Signals) => {
    end();
    // whoever else listens decides how the process ends
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.on("exit", end);
  for (const signal of signals) process.on(signal, interrupted);
  return end;
}
