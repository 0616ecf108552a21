import { statementsOf } from "../engine/documents";
import { at, isMasked, isMissing, isObject, isOpaque, list, strings, wants } from "../engine/inputs";
import { isSecretName, secretsIn } from "../engine/secret-text";
import type { RecordedResource, Rule } from "../engine/types";

const task = { types: ["aws:ecs/taskDefinition:TaskDefinition"] } as const;
const service = { types: ["aws:ecs/service:Service"] } as const;
const cluster = { types: ["aws:ecs/cluster:Cluster"] } as const;
const repository = { types: ["aws:ecr/repository:Repository"] } as const;

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
    id: "AIE-ECS-05",
    severity: "warning",
    title: "Containers log somewhere",
    reason: "Without a log driver their output is gone with them.",
    remedy: "Set logConfiguration with the driver awslogs.",
    references: ["FSBP ECS.9"],
    scope: "resource",
    check: (r) =>
      containers(r)
        .filter((c) => isMissing(at(c, "logConfiguration.logDriver")))
        .map((c) => `keeps the output of ${nameOf(c)} to itself`),
  },
  {
    ...service,
    id: "AIE-ECS-06",
    severity: "warning",
    title: "Tasks run on the current Fargate platform",
    reason: "Older ones get no fixes, and cannot read secrets by key.",
    remedy: 'Leave platformVersion out, or set "LATEST".',
    references: ["FSBP ECS.10", "CKV_AWS_332"],
    scope: "resource",
    check: (r) =>
      strings(r.inputs["platformVersion"])
        .filter((v) => !isOpaque(v) && v !== "LATEST" && v !== "1.4.0")
        .map((v) => `runs on platform ${v}`),
  },
  {
    ...cluster,
    id: "AIE-ECS-07",
    severity: "warning",
    title: "The cluster has Container Insights",
    reason: "How many tasks are wanted and run, and what each uses, is counted there alone.",
    remedy: "Set ai-ecosystem:costProfile standard.",
    references: ["FSBP ECS.12", "CKV_AWS_65", "AVD-AWS-0034"],
    scope: "resource",
    check: (r) => {
      const settings = r.inputs["settings"];
      if (isOpaque(settings) || list(settings).some(isOpaque)) return [];
      const value = list(settings)
        .filter(isObject)
        .find((s) => s["name"] === "containerInsights")?.["value"];
      return isOpaque(value) || ["enabled", "enhanced"].includes(String(value)) ? [] : ["is not measured"];
    },
  },
  {
    ...service,
    id: "AIE-ECS-08",
    severity: "warning",
    title: "Shells in containers are off, or logged and encrypted",
    reason: "Whoever may execute commands reads every secret of the task, and nobody would know.",
    remedy: "Leave enableExecuteCommand off, or set the cluster's executeCommandConfiguration with logs and a key.",
    references: ["CKV_AWS_223", "CKV_AWS_224"],
    scope: "stack",
    check: (r, stack) => {
      if (r.inputs["enableExecuteCommand"] !== true) return [];
      const logged = stack.usedBy(r, cluster.types[0]).some((c) => {
        const exec = at(c.inputs, "configuration.executeCommandConfiguration");
        return isOpaque(exec) || (!isMissing(at(exec, "kmsKeyId")) && at(exec, "logging") !== "NONE");
      });
      return logged ? [] : ["allows shells that nobody logs"];
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
  {
    ...repository,
    id: "AIE-ECR-01",
    severity: "warning",
    title: "Images are scanned when they are pushed",
    reason: "Known holes in what runs here are then known here, too.",
    remedy: "Set imageScanningConfiguration.scanOnPush: true.",
    references: ["FSBP ECR.1", "CKV_AWS_163", "AVD-AWS-0030"],
    scope: "resource",
    check: wants("imageScanningConfiguration.scanOnPush", true, "is not scanned"),
  },
  {
    ...repository,
    id: "AIE-ECR-02",
    severity: "warning",
    title: "A tag stays the image that it was",
    reason: "Whoever may push could replace what the next task starts.",
    remedy: 'Set imageTagMutability: "IMMUTABLE".',
    references: ["FSBP ECR.2", "CKV_AWS_51", "AVD-AWS-0031"],
    scope: "resource",
    check: wants("imageTagMutability", "IMMUTABLE", "lets tags be moved"),
  },
  {
    ...repository,
    id: "AIE-ECR-03",
    severity: "warning",
    title: "Old images are removed",
    reason: "They are paid for every month, and nobody deploys them again.",
    remedy: "Add an aws.ecr.LifecyclePolicy for the repository.",
    references: ["FSBP ECR.3"],
    scope: "stack",
    check: (r, stack) =>
      stack.usersOf(r, "aws:ecr/lifecyclePolicy:LifecyclePolicy").length > 0 ? [] : ["keeps every image"],
  },
  {
    ...repository,
    id: "AIE-ECR-04",
    severity: "warning",
    title: "Images are encrypted with a key of KMS",
    reason: "Only then can access to them be cut off by the key.",
    remedy: "Set encryptionConfigurations to KMS.",
    references: ["CKV_AWS_136", "AVD-AWS-0033"],
    scope: "resource",
    check: (r) => {
      const configurations = r.inputs["encryptionConfigurations"];
      if (isOpaque(configurations)) return [];
      const own = list(configurations).some(
        (c) => isOpaque(at(c, "encryptionType")) || at(c, "encryptionType") === "KMS",
      );
      return own ? [] : ["uses the key that ECR manages"];
    },
  },
  {
    id: "AIE-ECR-05",
    severity: "error",
    title: "Images are not public",
    reason: "Configuration and unpublished code can be in them.",
    remedy: "Name accounts in the repository's policy; do not use ECR's public registry.",
    references: ["AVD-AWS-0032"],
    types: ["aws:ecr/repositoryPolicy:RepositoryPolicy", "aws:ecrpublic/repository:Repository"],
    scope: "resource",
    check: (r) => {
      if (r.type.startsWith("aws:ecrpublic/")) return ["is in the public registry"];
      const open = statementsOf(r).some(
        (s) => s.allows && s.conditions.length === 0 && s.principals.some((p) => /^(?:AWS:)?\*$/.test(p)),
      );
      return open ? ["gives its images to everybody"] : [];
    },
  },
];
