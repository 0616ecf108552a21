import { at, isMasked, isMissing, isObject, isOpaque, list, strings, wants } from "../engine/inputs";
import { isSecretName, secretsIn } from "../engine/secret-text";
import type { RecordedResource, Rule } from "../engine/types";

const task = { types: ["aws:ecs/taskDefinition:TaskDefinition"] } as const;
const service = { types: ["aws:ecs/service:Service"] } as const;

/** Containers of a task definition; none when they are not known, or no JSON. */
function containers(r: RecordedResource): readonly Record<string, unknown>[] {
  const definitions = r.inputs["containerDefinitions"];
  if (typeof definitions !== "string" || isOpaque(definitions)) return [];
  try {
    return list(JSON.parse(definitions) as unknown).filter(isObject);
  } catch {
    return [];
  }
}
const nameOf = (container: Record<string, unknown>): string => strings(container["name"])[0] ?? "a container";

/** A name or place of a secret, or something that is filled in later. */
const isReference = (text: string): boolean => /^(?:arn:|\/|\$\{|https?:\/\/)/.test(text);

const pinned = /(?::(?!latest$)[^:/]+|@sha256:[0-9a-f]{64})$/;

/** Tasks, services and the registry. */
export const containerRules: readonly Rule[] = [
  {
    ...service,
    id: "AIE-ECS-01",
    severity: "error",
    title: "Tasks have no public address",
    reason: "Each open port and each flaw of an application could be tried by anybody.",
    remedy: "Set networkConfiguration.assignPublicIp: false, and use private subnets.",
    references: ["FSBP ECS.2", "CKV_AWS_333"],
    scope: "resource",
    check: (r) =>
      at(r.inputs, "networkConfiguration.assignPublicIp") === true ? ["gives its tasks public addresses"] : [],
  },
  {
    ...task,
    id: "AIE-ECS-02",
    severity: "error",
    title: "Containers are neither privileged nor in the host's namespaces",
    reason: "From there the way to the machine and to the other containers is open.",
    remedy: "Leave pidMode and privileged out of the task definition.",
    references: ["FSBP ECS.3", "FSBP ECS.4", "CKV_AWS_334", "CKV_AWS_335"],
    scope: "resource",
    check: (r) => [
      ...(r.inputs["pidMode"] === "host" ? ["shares the host's processes"] : []),
      ...containers(r)
        .filter((c) => c["privileged"] === true)
        .map((c) => `runs ${nameOf(c)} with every right`),
    ],
  },
  {
    ...task,
    id: "AIE-ECS-03",
    severity: "warning",
    title: "Containers cannot write to their own files",
    reason: "Whoever breaks in cannot leave a program there.",
    remedy: "Set readOnlyRoot: true in the catalogue, and tmpfs for what must be written.",
    references: ["FSBP ECS.5", "CKV_AWS_336"],
    scope: "resource",
    check: (r) =>
      containers(r)
        .filter((c) => c["readonlyRootFilesystem"] !== true)
        .map((c) => `lets ${nameOf(c)} write to its image`),
  },
  {
    ...task,
    id: "AIE-ECS-04",
    severity: "error",
    title: "No secret stands in a container's environment",
    reason: "Everybody who may describe task definitions reads it, for as long as they exist.",
    remedy: "Make the variable a secret of the catalogue: it then comes from Secrets Manager by reference.",
    references: ["FSBP ECS.8", "AVD-AWS-0036"],
    scope: "resource",
    check: (r) => {
      if (isMasked(r.inputs["containerDefinitions"])) return ["holds a secret in its container definitions"];
      return containers(r).flatMap((c) =>
        list(c["environment"])
          .filter(isObject)
          .flatMap((v) => {
            const [name = ""] = strings(v["name"]);
            const [value = ""] = strings(v["value"]);
            const named = isSecretName(name) && value !== "" && !isReference(value) && !isOpaque(value);
            return named || secretsIn(value).length > 0 ? [`shows ${name} of ${nameOf(c)}`] : [];
          }),
      );
    },
  },
  {
    ...task,
    id: "AIE-ECS-09",
    severity: "error",
    title: "An application does not have the rights of the agent that starts it",
    reason: "The execution role reads every secret of the task; the application needs only some of its own.",
    remedy: "Give the task a role of its own in taskRoleArn, other than executionRoleArn.",
    references: ["CKV_AWS_249"],
    scope: "resource",
    check: (r) => {
      const { taskRoleArn, executionRoleArn } = r.inputs;
      return !isOpaque(taskRoleArn) && !isMissing(taskRoleArn) && taskRoleArn === executionRoleArn
        ? ["runs with its execution role"]
        : [];
    },
  },
  {
    ...task,
    id: "AIE-ECS-10",
    severity: "error",
    title: "File systems are mounted with encryption on the way",
    reason: "What is read and written crosses the network in plain otherwise.",
    remedy: "Set efsVolumeConfiguration.transitEncryption to ENABLED, or use S3.",
    references: ["CKV_AWS_97", "AVD-AWS-0035"],
    scope: "resource",
    check: (r) =>
      list(r.inputs["volumes"])
        .filter(isObject)
        .flatMap((v) => {
          const efs = v["efsVolumeConfiguration"];
          const mode = at(efs, "transitEncryption");
          return isMissing(efs) || isOpaque(mode) || mode === "ENABLED" ? [] : ["mounts a file system in plain"];
        }),
  },
  {
    ...task,
    id: "AIE-ECS-11",
    severity: "error",
    title: "Images are pinned",
    reason: "Two tasks of one service may run different programs, and a rollback brings back the same one.",
    remedy: "Name a tag other than latest, or a digest.",
    references: [],
    scope: "resource",
    check: (r) =>
      containers(r)
        .filter((c) => typeof c["image"] === "string" && !isOpaque(c["image"]) && !pinned.test(c["image"]))
        .map((c) => `runs ${String(c["image"])}, which may change`),
  },
  {
    ...service,
    id: "AIE-ECS-12",
    severity: "warning",
    title: "A deployment that fails is rolled back",
    reason: "ECS otherwise starts broken tasks for ever.",
    remedy: "Set deploymentCircuitBreaker with enable and rollback true.",
    references: [],
    scope: "resource",
    check: (r) => [
      ...wants("deploymentCircuitBreaker.enable", true, "has no circuit breaker")(r),
      ...(at(r.inputs, "deploymentCircuitBreaker.rollback") === false ? ["stops, and does not roll back"] : []),
    ],
  },
];
