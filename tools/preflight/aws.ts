import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";

/**
 * Calls an operation of AWS with the input of its API, e.g. `ask("sts", "get-caller-identity")`; the result is what the API
 * answers, all pages of it.
 * @throws AwsRefusal when AWS answers with an error, Error when it does not answer.
 */
export type Ask = (service: string, operation: string, input?: object, region?: string) => Promise<unknown>;

/** An error that AWS answered with. */
export class AwsRefusal extends Error {
  constructor(
    /** E.g. `AccessDeniedException`. */
    readonly code: string,
    readonly operation: string,
    message: string,
  ) {
    super(message);
  }

  /** Whoever asks has no right to. */
  get denied(): boolean {
    return /AccessDenied|Unauthorized|NotAuthorized|AuthorizationError|OptInRequired/.test(this.code);
  }
}

/** Nobody can be asked from here, and what to do about it. */
export class Unasked extends Error {
  constructor(
    message: string,
    readonly hint: readonly string[] = [],
  ) {
    super(message);
  }
}

const noCli = () =>
  new Unasked("the AWS CLI is not installed", [
    "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
  ]);

/** The error that the CLI has printed. */
export function refusalOf(output: string): Error {
  const [, code, operation, message] =
    /An error occurred \((\w[\w.]*)\) when calling the (\w+) operation(?: \(reached max retries: \d+\))?: *([\s\S]*)/.exec(
      output,
    ) ?? [];
  if (code !== undefined && operation !== undefined) return new AwsRefusal(code, operation, (message ?? "").trim());
  return new Error(output.trim().split("\n").at(-1) ?? "");
}

/** Some at a time: each is a process, and Service Quotas takes five questions a second. */
function limited(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return await task();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}

/**
 * By the AWS CLI, which `make images` needs as well: it finds credentials in every way that the user has set up (SSO,
 * profiles, roles), and a client of the SDK for each of these services would be eight more packages.
 */
export function awsCli(place: {
  readonly region: string;
  readonly profile?: string;
  readonly env: NodeJS.ProcessEnv;
}): Ask {
  const turn = limited(Math.max(4, availableParallelism()));
  const profile = place.profile === undefined ? [] : ["--profile", place.profile];
  // of CLI 1 and 2 alike: no pager, and nobody waits for minutes
  const env = { ...place.env, AWS_PAGER: "", AWS_MAX_ATTEMPTS: "4" };
  return (service, operation, input = {}, region = place.region) => {
    const limits = ["--cli-connect-timeout", "5", "--cli-read-timeout", "20"];
    const args = [service, operation, "--cli-input-json", JSON.stringify(input), "--output", "json"];
    return turn(
      () =>
        new Promise<unknown>((resolve, reject) => {
          execFile(
            "aws",
            [...args, "--region", region, ...profile, ...limits],
            { env, maxBuffer: 1 << 28, timeout: 120_000 },
            (error, stdout, stderr) => {
              if (error === null) resolve(stdout.trim() === "" ? {} : JSON.parse(stdout));
              else if (error.code === "ENOENT") reject(noCli());
              else reject(refusalOf(stderr === "" ? error.message : stderr));
            },
          );
        }),
    );
  };
}
