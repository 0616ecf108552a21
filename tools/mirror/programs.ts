import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "../cli-error";

export { CliError } from "../cli-error";

/** A program that ended with an error. */
export class ProgramError extends Error {
  constructor(
    readonly program: string,
    readonly code: number | null,
    readonly output: string,
  ) {
    super(`${program} ended with ${code ?? "a signal"}: ${output.trim().split("\n").slice(-5).join("\n")}`);
    this.name = "ProgramError";
  }
}

const installation: Readonly<Record<string, string>> = {
  aws: "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
  docker: "https://docs.docker.com/engine/install/",
  pulumi: "https://www.pulumi.com/docs/install/",
};

/** Runs a program without a shell; the result is what it printed. `input` goes to its standard input, never into its arguments. */
export function run(program: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") reject(error);
      else reject(new CliError(`${program} is not installed.`, [installation[program] ?? ""].filter(Boolean)));
    });
    // a program that ends before it has read its input
    child.stdin.on("error", () => undefined);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new ProgramError([program, ...args.slice(0, 2)].join(" "), code, `${errors}${output}`));
    });
    child.stdin.end(input ?? "");
  });
}

/** What a person can do about an error of a registry or of AWS; nothing known: an empty list. */
export function hintFor(output: string): readonly string[] {
  const known: readonly (readonly [RegExp, readonly string[]])[] = [
    [
      /toomanyrequests|rate limit/i,
      ["Docker Hub limits pulls without a login: `docker login` with a free account, or wait some hours."],
    ],
    [
      /no basic auth credentials|authorization token has expired|denied: .*not authorized|403 Forbidden/i,
      ["The AWS credentials in use may not push there: the role needs ecr:PutImage on the stack's repositories."],
    ],
    [
      /Unable to locate credentials|ExpiredToken|security token .* (?:expired|invalid)|SSO session/i,
      ["aws sso login     # or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"],
    ],
    [/manifest unknown|not found/i, ["The upstream has no such tag; check the image in services/."]],
    [/unknown command: docker buildx|is not a docker command/i, ["install the buildx plugin of Docker"]],
    [/Cannot connect to the Docker daemon/i, ["start Docker"]],
    [
      /exec format error|no match for platform|multi-platform build is not supported/i,
      [
        "To build for both processors: docker run --privileged --rm tonistiigi/binfmt --install all",
        "and: docker buildx create --use --driver docker-container",
      ],
    ],
  ];
  return known.find(([pattern]) => pattern.test(output))?.[1] ?? [];
}

/** Errors that another attempt does not mend. */
const final =
  /manifest unknown|not found|not authorized|no basic auth|Forbidden|unknown command|Docker daemon|exec format/i;

/**
 * Tries again after errors that pass.
 * @param pause seconds before the second attempt; each further one waits twice as long
 */
export async function persistently(
  task: () => Promise<unknown>,
  attempts: number,
  pause: number,
  again: (error: ProgramError) => void,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await task();
      return;
    } catch (error) {
      if (!(error instanceof ProgramError) || attempt >= attempts || final.test(error.output)) throw error;
      again(error);
      await sleep(pause * 1000 * 2 ** (attempt - 1));
    }
  }
}
