import { applicationTitle, firstOfEachImage, moveProblem, versionIn } from "../../../services/model/images/version";
import type { Service } from "../../../services/model/types";
import type { Answer, Check, Plan } from "../types";

/** Service -> image that the stack runs, as it said after its last update; `undefined` before there is one. */
function imagesBefore({ state }: Plan): Readonly<Record<string, string>> | undefined {
  const root = state.find((r) => r.type === "pulumi:pulumi:Stack");
  return root?.outputs?.["images"] as Readonly<Record<string, string>> | undefined;
}

interface Move {
  readonly says: string;
  readonly problem?: string;
}

function moveOf(service: Service, before: string | undefined): Move | undefined {
  const { name, image, database } = service;
  if (before === undefined || before === image) return undefined;
  const [from, to] = [versionIn(before), versionIn(image)];
  const called = applicationTitle(service);
  if (from === undefined || to === undefined) return { says: `${called} ${before} -> ${image}` };
  if (from === to) return undefined;
  const step = database?.migrations?.step;
  const problem = step && moveProblem(from, to, step);
  return {
    says: `${called} ${from} -> ${to}${step === undefined ? "" : " (migrates its database)"}`,
    ...(problem === undefined ? {} : { problem: `services.${name}.image: ${called} ${to} ${problem}` }),
  };
}

function versions({ plan }: { readonly plan: Plan }): Answer {
  const before = imagesBefore(plan);
  if (before === undefined) return { state: "good", says: "nothing runs that could be older" };
  const moves = firstOfEachImage(plan.catalogue.services).flatMap((s) => moveOf(s, before[s.name]) ?? []);
  const problems = moves.flatMap((m) => m.problem ?? []);
  if (problems.length > 0)
    return { state: "missing", says: "a version that does not go with the data", hint: problems };
  return { state: "good", says: moves.length === 0 ? "all stay" : moves.map((m) => m.says).join(", ") };
}

export const versionChecks: readonly Check[] = [
  {
    name: "versions",
    title: "Versions",
    asks: "which applications change their version, and whether their data goes with it",
    topologies: ["host", "fargate"],
    severity: "blocking",
    ask: (question) => Promise.resolve(versions(question)),
  },
];
