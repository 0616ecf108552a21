import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { loginOf, withLogin, type Login } from "./ssh";
import { outputsOf } from "./outputs";
import { resourcesIn, type StateResource } from "./state";

/** The release that the state believes to be live, and the resource that pushed it. */
export function pushedRelease(resources: readonly StateResource[]): { urn: string; id: string } | undefined {
  const push = resources.find((r) => r.type === "command:remote:Command" && r.urn.endsWith("-host-push"));
  // the second form is of programs before 2026-12
  const id = / (?:--|"\$incoming") ([0-9a-f]{16})\b/.exec(String(push?.outputs?.["create"]))?.[1];
  return push === undefined || id === undefined ? undefined : { urn: push.urn, id };
}

/** The release that is live on the host; undefined when it does not answer. */
export function liveRelease(login: Login): Promise<string | undefined> {
  // not spawnSync: Ctrl-C would be known only when this has gone on
  return withLogin(login, async (words) => {
    const asked = promisify(execFile)("ssh", [...words, "-n", "readlink /opt/ai-ecosystem/releases/current"], {
      timeout: 30_000,
    });
    return /^[0-9a-f]{16}$/m.exec(
      await asked.then(
        ({ stdout }) => stdout,
        () => "",
      ),
    )?.[0];
  });
}

/**
 * Arguments for `pulumi up` when the host runs another release than the state believes, as after a push whose connection
 * was cut, or by somebody else: the engine compares with its state only, and would say that there is nothing to do.
 */
export async function pushAgain(stack: string): Promise<readonly string[]> {
  const believed = pushedRelease(resourcesIn(stack));
  const login = believed && loginOf(outputsOf<Login>(stack, "secrets"));
  if (believed === undefined || login === undefined) return [];
  const live = await liveRelease(login);
  if (live === undefined) {
    console.log(`The host ${login.publicIp} does not say which release is live; the state says ${believed.id}.`);
    return [];
  }
  if (live === believed.id) return [];
  console.log(`The host runs release ${live}, the state says ${believed.id}: the release is pushed again.`);
  return ["--replace", believed.urn];
}
