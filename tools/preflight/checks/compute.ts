import { jobTask } from "../../../services/model/checks/fargate-limits";
import { instanceSpec } from "../../../cost/instances";
import { increase, quotaOf, usageOf, type QuotaName } from "../quota";
import { toMake, type Answer, type Check, type Plan, type Question } from "../types";

/** Numbers of vCPU. */
interface Need {
  /** All the time. */
  readonly rest: number;
  /** For minutes: old and new tasks side by side, or the jobs before them. */
  readonly update: number;
  /** With every service scaled to its most. */
  readonly most: number;
  /** What of `rest` the stack runs already. */
  readonly running: number;
}

const round = (n: number): number => Math.round(100 * n) / 100;

/** What the services of the catalogue take on demand, or on Spot; jobs run on demand, before the services that wait for them. */
export function fargateNeed({ catalogue, resources, state }: Plan, spot: boolean): Need {
  const tasks = catalogue.services.flatMap(({ fargate }) =>
    fargate !== undefined && (fargate.spot === true) === spot ? [fargate] : [],
  );
  const sum = (of: (task: (typeof tasks)[number]) => number) => round(tasks.map(of).reduce((a, b) => a + b, 0));
  const rest = sum((t) => t.cpu * t.minTasks);
  const jobs = spot ? 0 : catalogue.jobs.filter((j) => j.scheduled === undefined).length * jobTask.cpu;
  const services = (all: readonly { readonly type: string }[]) =>
    all.filter((r) => r.type === "aws:ecs/service:Service").length;
  const declared = services(resources);
  // which of them are on Spot is not worth knowing: a stack has all of them, or is being made
  const share = declared === 0 ? 0 : Math.min(1, services(state) / declared);
  return {
    rest,
    update: round(Math.max(2 * rest, rest + jobs)),
    most: sum((t) => t.cpu * t.maxTasks),
    running: round(rest * share),
  };
}

/** Compares a quota of vCPU with what the stack needs beside all else in the account. */
async function vcpu({ ask, plan }: Question, quota: QuotaName, need: Need): Promise<Answer> {
  const { rest, update, most, running } = need;
  if (most === 0) return { state: "good", says: "none needed" };
  const found = await quotaOf(ask, quota);
  const says = (used: string) =>
    [
      `${found.Value} allowed; ${rest} needed at rest`,
      ...(update > rest ? [`${update} in an update of everything`] : []),
      ...(most > rest ? [`${most} with all at their most`] : []),
    ].join(", ") + used;
  const peak = Math.max(update, most);
  const wanted = (others: number) => increase(quota, Math.ceil(others + peak), plan.settings.region);
  // too little even for this stack alone
  if (running < rest && found.Value < rest) return { state: "missing", says: says(""), hint: wanted(0) };
  const measured = await usageOf(ask, found);
  if (measured === undefined) return { state: "unknown", says: says("; how much is in use is not known") };
  const others = Math.max(0, round(measured - running));
  const used = others === 0 ? "" : `; ${others} in use by others`;
  const free = found.Value - others;
  if (free >= peak) return { state: "good", says: says(used) };
  return { state: running < rest && free < rest ? "missing" : "warning", says: says(used), hint: wanted(others) };
}

const fargate = (code: string, spot: boolean) => (question: Question) =>
  vcpu(question, { service: "fargate", code }, fargateNeed(question.plan, spot));

/** Quotas of what computes. New accounts may have less than AWS's defaults, and tasks that do not fit wait for ever. */
export const computeChecks: readonly Check[] = [
  {
    name: "fargate-vcpu",
    title: "Fargate vCPU on demand",
    asks: "whether the account may run all tasks, also while an update runs old and new ones side by side",
    topologies: ["fargate"],
    severity: "blocking",
    ask: fargate("L-3032A538", false),
  },
  {
    name: "fargate-spot-vcpu",
    title: "Fargate vCPU on Spot",
    asks: "the same for the tasks that run on Spot",
    topologies: ["fargate"],
    severity: "blocking",
    ask: fargate("L-36FBB829", true),
  },
  {
    name: "instance-vcpu",
    title: "EC2 vCPU on demand",
    asks: "whether the account may run the host",
    topologies: ["host"],
    severity: "blocking",
    ask: (question) => {
      const { vcpus } = instanceSpec(question.plan.settings.instanceType);
      const running = toMake(question.plan, "aws:ec2/instance:Instance") === 0 ? vcpus : 0;
      const need = { rest: vcpus, update: vcpus, most: vcpus, running };
      return vcpu(question, { service: "ec2", code: "L-1216C47A" }, need);
    },
  },
];
