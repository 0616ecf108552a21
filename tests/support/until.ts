import { setTimeout as sleep } from "node:timers/promises";

/**
 * Repeats a check until it holds; one that throws does not hold yet.
 * @throws Error after some minutes, which no busy machine needs, with what the last check threw
 */
export async function until(what: string, holds: () => Promise<boolean> | boolean, seconds = 600): Promise<void> {
  const end = Date.now() + seconds * 1000;
  let pause = 20;
  for (;;) {
    let last: unknown;
    try {
      if (await holds()) return;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`, { cause: last });
    await sleep(pause);
    // what asks a container is not asked at each moment
    pause = Math.min(300, pause * 2);
  }
}
