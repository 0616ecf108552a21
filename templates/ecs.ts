import type { Container, Job, Service } from "../services/model/types";
import { isTemplate, secretsIn, textOf, type Reference, type Template } from "../services/model/values";
import { collectorContainer } from "./collector";
import { required } from "../settings/required";
import type { ContainerDefinition, TaskContext } from "./ecs-context";

export type { ContainerDefinition, ReleaseArchive, TaskContext } from "./ecs-context";

/** Image that brings a release's files into a task. */
export const filesImage = "public.ecr.aws/aws-cli/aws-cli:2.31.0";

const releaseVolume = "release";
const releaseFolder = "/release";
/** Where the files arrive. */
const archive = `${releaseFolder}/files.sh`;
/** Fargate's longest time between SIGTERM and SIGKILL. */
const longestStop = 120;

/** Sorted keys, at every level: AWS returns them so, and a difference would replace the task definition at each preview. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, canonical(v)]));
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/**
 * Files are not mounted one by one: where a target is named, the file's place in the release is named instead. Whole
 * paths only: of `/import/import.sh` it is the folder alone.
 */
export function rewritePaths(container: Pick<Container, "mounts">, text: string): string {
  const mounts = [...(container.mounts ?? [])].sort((a, b) => b.target.length - a.target.length);
  if (mounts.length === 0) return text;
  const targets = mounts.map((m) => literally(m.target)).join("|");
  return text.replace(new RegExp(`(?<![\\w./-])(?:${targets})(?![\\w.-])`, "g"), (target) => {
    const sources = Object.fromEntries(mounts.map((m) => [m.target, m.source]));
    return `${releaseFolder}/${required(sources, target, "mount")}`;
  });
}

const byName = <T extends { readonly name: string }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => (a.name < b.name ? -1 : 1));

function environment(container: Container, { address }: TaskContext) {
  const reference = (of: Reference): string => {
    if ("secret" in of) throw new Error(`the secret ${of.secret} would stand in a task definition`);
    return address(of);
  };
  return byName(
    Object.entries(container.environment).flatMap(([name, value]) =>
      secretsIn(value).length > 0 ? [] : [{ name, value: rewritePaths(container, textOf(value, { reference })) }],
    ),
  );
}

/** By reference only: a variable without one is a mistake of the program, and no task definition is made. */
const secrets = (container: Container, references: Readonly<Record<string, string>>) =>
  byName(
    secretVariables(container).map(([name]) => {
      const valueFrom = references[name];
      if (valueFrom === undefined) throw new Error(`${container.name}: no reference to the secret of ${name}`);
      return { name, valueFrom };
    }),
  );

/** Variables of a container that hold secrets. */
export const secretVariables = (container: Container): [string, Template][] =>
  Object.entries(container.environment).flatMap(([name, value]) =>
    isTemplate(value) && secretsIn(value).length > 0 ? [[name, value]] : [],
  );

const logs = (context: TaskContext, prefix: string) => ({
  logDriver: "awslogs",
  options: {
    "awslogs-group": context.logGroup,
    "awslogs-region": context.region,
    "awslogs-stream-prefix": prefix,
    // an application does not stand still when CloudWatch does
    "max-buffer-size": "16m",
    mode: "non-blocking",
  },
});

const volumeName = (path: string): string => path.replace(/^\//, "").replace(/[^A-Za-z0-9_-]+/g, "-");

/**
 * Paths that a container writes to, in memory on the host, on the task's own disk here: Fargate has `tmpfs`, too (since
 * January 2026), but counts it against the task's memory, which costs more than the disk that comes with every task.
 */
const writable = (container: Container): string[] =>
  (container.tmpfs ?? []).map((entry) => entry.split(":")[0] ?? entry);

/** Where the first container sees the writable folders. */
const writableFolder = (path: string): string => `/writable/${volumeName(path)}`;

/**
 * Runs first and ends: copies the release into the task, and opens the writable folders to the container's user (Fargate
 * gives them to root).
 */
function filesContainer(container: Container, context: TaskContext): ContainerDefinition {
  const mounts = (container.mounts ?? []).length > 0;
  const folders = writable(container);
  const steps = [
    ...(folders.length === 0 ? [] : ["chmod 1777 /writable/*"]),
    // a script and no tar, which is not in the image; not through a pipe, which would hide that the download failed
    ...(mounts
      ? [
          `aws s3 cp --only-show-errors ${context.release.uri} ${archive}`,
          // who could write to the bucket would otherwise run programs in every task, with its secrets
          `echo '${context.release.sha256}  ${archive}' >${archive}.sha256`,
          `sha256sum -c ${archive}.sha256`,
          `sh ${archive} ${releaseFolder}`,
        ]
      : []),
  ];
  return {
    name: "files",
    image: context.image(filesImage),
    essential: false,
    entryPoint: ["/bin/sh", "-c"],
    command: [`set -e; ${steps.join("; ")}`],
    // the only place that it may write to
    environment: mounts ? [{ name: "HOME", value: releaseFolder }] : [],
    secrets: [],
    mountPoints: [
      ...(mounts ? [{ containerPath: releaseFolder, readOnly: false, sourceVolume: releaseVolume }] : []),
      ...folders.map((path) => ({
        containerPath: writableFolder(path),
        readOnly: false,
        sourceVolume: `${container.name}-${volumeName(path)}`,
      })),
    ],
    portMappings: [],
    linuxParameters: { capabilities: { add: [], drop: ["ALL"] } },
    readonlyRootFilesystem: true,
    volumesFrom: [],
    systemControls: [],
    logConfiguration: logs(context, "files"),
  };
}

const needsFiles = (container: Container): boolean =>
  (container.mounts ?? []).length > 0 || writable(container).length > 0;

/**
 * Whom it calls, as part of the revision: Service Connect tells tasks only the names that were there when their service was
 * deployed, so a further one has to bring a deployment
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html).
 */
const callsLabel = ({ calls = [] }: Service) =>
  calls.length === 0 ? undefined : { "ai-ecosystem.calls": [...calls].sort().join(",") };

/** The files first, then whoever is to have ended. What is beside it starts before it, and so ends after it. */
function dependencies(container: Container, ended: Container | undefined) {
  const all = [
    ...(needsFiles(container) ? [{ condition: "SUCCESS", containerName: "files" }] : []),
    ...(ended === undefined ? [] : [{ condition: "SUCCESS", containerName: ended.name }]),
    ...sidecarsOf(container).map((s) => ({ condition: "START", containerName: s.name })),
  ];
  return all.length === 0 ? undefined : all;
}

const isService = (container: Container): container is Service => "healthCheck" in container;

export const sidecarsOf = (container: Container): readonly Service[] =>
  isService(container) ? (container.sidecars ?? []) : [];

/** Containers that run to their end before it. */
export const firstOf = (container: Container): readonly Container[] =>
  "first" in container ? ((container as Job).first ?? []) : [];

/** @param task whose folders it has. @default it is the task's main container */
function main(container: Container, context: TaskContext, task = container): ContainerDefinition {
  const mounts = (container.mounts ?? []).length > 0;
  const service = isService(container) ? container : undefined;
  const words = (list: readonly string[] | undefined) => list?.map((word) => rewritePaths(container, word));
  const tracing = service?.fargate?.tracing;
  return {
    name: container.name,
    image: context.image(container.image),
    essential: true,
    entryPoint: words(container.entrypoint),
    command: words(container.command),
    user: container.user,
    environment:
      tracing === undefined
        ? environment(container, context)
        : byName([
            ...environment(container, context),
            ...Object.entries(tracing === true ? {} : tracing).map(([name, value]) => ({ name, value })),
            { name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "http://127.0.0.1:4318" },
            { name: "OTEL_LOGS_EXPORTER", value: "none" },
            { name: "OTEL_METRICS_EXPORTER", value: "none" },
            { name: "OTEL_SERVICE_NAME", value: container.name },
            { name: "OTEL_TRACES_EXPORTER", value: "otlp" },
          ]),
    secrets: secrets(container, context.secrets),
    dockerLabels: service === undefined ? undefined : callsLabel(service),
    linuxParameters: { capabilities: { add: [], drop: ["ALL"] }, initProcessEnabled: true },
    readonlyRootFilesystem: container.readOnlyRoot === true,
    mountPoints: [
      ...(mounts ? [{ containerPath: releaseFolder, readOnly: true, sourceVolume: releaseVolume }] : []),
      ...writable(container).map((path) => ({
        containerPath: path,
        readOnly: false,
        sourceVolume: `${task.name}-${volumeName(path)}`,
      })),
    ],
    // named for Service Connect
    portMappings: (service?.ports ?? []).map((port) => ({
      containerPort: port,
      hostPort: port,
      name: `port-${port}`,
      protocol: "tcp",
    })),
    healthCheck:
      service === undefined
        ? undefined
        : {
            command: ["CMD", ...service.healthCheck.command.map((word) => rewritePaths(container, word))],
            interval: service.healthCheck.interval,
            timeout: service.healthCheck.timeout,
            retries: service.healthCheck.retries,
            startPeriod: Math.min(300, service.healthCheck.startPeriod),
          },
    stopTimeout: service === undefined ? undefined : Math.min(longestStop, service.stopGrace),
    dependsOn: dependencies(container, firstOf(container).at(-1)),
    volumesFrom: [],
    systemControls: [],
    logConfiguration: logs(context, container.name),
  };
}

/** What a container beside another has as a secret is referred to as that one's. */
function checkSecrets(container: Container, task: Container): void {
  for (const [name, value] of secretVariables(container)) {
    if (JSON.stringify(task.environment[name]) === JSON.stringify(value)) continue;
    throw new Error(`${container.name}: ${name} is no secret of ${task.name}`);
  }
}

/**
 * Beside its service in the same task, with a part of its memory. One that ends after a while is started again in its place;
 * one that cannot live ends the task, so that a deployment with it fails.
 */
function sidecarContainer(sidecar: Service, service: Container, context: TaskContext): ContainerDefinition {
  if (needsFiles(sidecar)) throw new Error(`${sidecar.name}: a sidecar with files or writable folders is not rendered`);
  checkSecrets(sidecar, service);
  return {
    ...main(sidecar, context),
    memory: sidecar.memoryMb.standard,
    restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
  };
}

/** Before the main container, after the one before it. When it fails, so does the task: what waits for it never starts. */
const firstContainer = (task: Container, context: TaskContext) => (first: Container, i: number) => {
  checkSecrets(first, task);
  return {
    ...main(first, context, task),
    essential: false,
    dependsOn: dependencies(first, firstOf(task)[i - 1]),
  };
};

/** Names of the volumes of a task; they depend on the container's shape alone. */
export const taskVolumes = (container: Container): readonly string[] =>
  [
    ...((container.mounts ?? []).length > 0 ? [releaseVolume] : []),
    ...writable(container).map((path) => `${container.name}-${volumeName(path)}`),
  ].sort();

/** The containers of a service's or a job's task. The same input gives the same bytes. */
export function renderTask(container: Container, context: TaskContext): readonly ContainerDefinition[] {
  const tracing = isService(container) && container.fargate?.tracing !== undefined;
  const containers = [
    main(container, context),
    ...(needsFiles(container) ? [filesContainer(container, context)] : []),
    ...(tracing ? [collectorContainer(context.image, context.region, logs(context, "collector"))] : []),
    ...sidecarsOf(container).map((s) => sidecarContainer(s, container, context)),
    ...firstOf(container).map(firstContainer(container, context)),
  ];
  return byName(containers as { name: string }[]).map((c) => canonical(c) as ContainerDefinition);
}
