import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import {
  cutSecretsOffTraces,
  forgetPromiseTraces,
  tellErrorsPlainly,
  traceToSources,
} from "../../../sdk-patches/trace";
import { root } from "../../support/root";
/* eslint-disable @typescript-eslint/no-require-imports -- the modules themselves: functions of them are replaced */
import log = require("@pulumi/pulumi/log");
import failure = require("@pulumi/pulumi/cmd/run/error");
import debuggable = require("@pulumi/pulumi/runtime/debuggable");
/* eslint-enable @typescript-eslint/no-require-imports */

/** A promise as the SDK notes it, with the stack trace of where it was made. */
interface Noted {
  readonly _debugStackTrace: string;
}

const note = (promise: Promise<unknown>): string => {
  const sdk = debuggable as unknown as { debuggablePromise: (noted: Promise<unknown>, context: string) => unknown };
  sdk.debuggablePromise(promise, "test");
  return (promise as unknown as Noted)._debugStackTrace;
};

describe("traces of the program", () => {
  it("reach the engine without answers, and without what says only that a step was taken", () => {
    const sdk = log as { debug: (message: string) => Promise<void> };
    const { debug } = sdk;
    const sent: string[] = [];
    sdk.debug = (message) => Promise.resolve(void sent.push(message));
    try {
      cutSecretsOffTraces();
      void sdk.debug("Registering resource: t=aws:ec2/vpc:Vpc, name=a, custom=true, remote=false");
      void sdk.debug("RegisterResource RPC prepared: t=aws:ec2/vpc:Vpc, name=a");
      void sdk.debug("RegisterResource RPC finished: resource:a[..]; err: null, resp: urn,hunter2");
      void sdk.debug("getResource Invoke RPC finished: err: null, resp: hunter2\nhunter2");
      void sdk.debug("Resource RPC serialization requested: resource:a is behind resource:b");
      void sdk.debug(', obj={"key":"hunter2"}');
      void sdk.debug("Something new: resp of a, resp: hunter2\nhunter2");
      void sdk.debug("RegisterResource RPC failed: t=aws:ec2/vpc:Vpc, name=a, err=no");
    } finally {
      sdk.debug = debug;
    }
    expect(sent).to.deep.equal([
      "Registering resource: t=aws:ec2/vpc:Vpc, name=a, custom=true, remote=false",
      "Something new: resp of a, resp: [not shown]",
      "RegisterResource RPC failed: t=aws:ec2/vpc:Vpc, name=a, err=no",
    ]);
  });

  it("of an error are told as they are, also where Node finds no end in a place of the SDK", () => {
    const sdk = failure as unknown as { defaultErrorMessage: (error: unknown) => string };
    const { defaultErrorMessage } = sdk;
    const error = new Error("refused");
    error.stack = "Error: refused\n    at f (/a/node_modules/@pulumi/resource.ts:1598:22)";
    try {
      tellErrorsPlainly();
      // not so before: the name of the package had a colour, or the heap came to its end
      expect(sdk.defaultErrorMessage(error)).to.equal(error.stack);
      expect(sdk.defaultErrorMessage("a text")).to.equal("a text");
    } finally {
      sdk.defaultErrorMessage = defaultErrorMessage;
    }
  });

  it("name the line of the source, whoever has taken them over", () => {
    const lines = readFileSync(__filename, "utf8").split("\n");
    Error.prepareStackTrace = () => "somewhere";
    try {
      expect(new Error("before").stack).to.equal("somewhere");
      traceToSources();
      const { stack } = new Error("after");
      const line = /trace\.test\.ts:(\d+):\d+/.exec(stack ?? "")?.[1];
      expect(lines[Number(line) - 1]).to.contain('new Error("after")');
    } finally {
      traceToSources();
    }
  });

  it("are not kept with promises", () => {
    forgetPromiseTraces();
    const before = Error.stackTraceLimit;
    expect(note(Promise.resolve())).to.equal("Error");
    expect(Error.stackTraceLimit).to.equal(before).and.be.greaterThan(0);
    expect(new Error("of ours").stack).to.contain("trace.test.ts");
  });

  it("are kept with promises for whoever looks for a leak", () => {
    const script = `
      require("./sdk-patches/trace").forgetPromiseTraces();
      const promise = Promise.resolve();
      require("@pulumi/pulumi/runtime/debuggable").debuggablePromise(promise, "test");
      console.log(promise._debugStackTrace);`;
    const { stdout } = spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
      cwd: root,
      env: { ...process.env, PULUMI_DEBUG_PROMISE_LEAKS: "1" },
      encoding: "utf8",
    });
    expect(stdout).to.contain("debuggablePromise");
  });
});
