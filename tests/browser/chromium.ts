import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const ARGUMENTS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
];

/** Starts Chromium. Without one the suite is skipped, or fails in the full run (`REQUIRE_ALL=1`). */
export async function launchChromium(suite: Mocha.Context): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    const reason = `no Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM`;
    if (process.env.REQUIRE_ALL === "1") throw new Error(reason);
    console.log(`    skipped: ${reason}`);
    suite.skip();
  }
  return chromium.launch({ executablePath, args: ARGUMENTS });
}
