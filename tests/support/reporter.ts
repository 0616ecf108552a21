import { appendFileSync } from "node:fs";
import { reporters, Runner } from "mocha";

const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Runner.constants;

/** Mocha's own output, and one line a test in the file RESULTS for the summary of all suites. */
module.exports = class extends reporters.Spec {
  constructor(runner: Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env["RESULTS"];
    if (file === undefined) return;
    const note = (result: string) => (test: Mocha.Runnable, error?: Error) => {
      const why = error === undefined ? {} : { why: error.message.split("\n").slice(0, 4).join("\n") };
      appendFileSync(file, `${JSON.stringify({ result, title: test.fullTitle(), ...why })}\n`);
    };
    runner.on(EVENT_TEST_PASS, note("passed"));
    runner.on(EVENT_TEST_FAIL, note("failed"));
    runner.on(EVENT_TEST_PENDING, note("skipped"));
  }
};
