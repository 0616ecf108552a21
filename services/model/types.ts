import type { Database, MongodbUser } from "./database";
import type { Files } from "./files";
import type { Logs } from "./logs";
import type { MemoryNeed } from "./memory-need";
import type { Text } from "./text";
import type { UserCommand } from "./user-command";
import type { WorkQueue } from "./queue";
import type { EnvValue, Store } from "./values";

export type { Files } from "./files";
export type { Language, Text } from "./text";
export type { Store } from "./values";

/** Which of the two sets of memory limits applies; see the setting `memoryPlan`. */
export type MemoryPlan = "compact" | "standard";

/** Letters and digits; hexadecimal; or a password with upper case, lower case, digit and symbol, for people to type. */
export type Charset = "alphanumeric" | "hex" | "password";

/**
 * A secret that the stack generates. `id` is kebab-case; in `.env` it is upper snake case.
 * `length` is in characters. Data encrypted with a `fixed` secret is lost when it changes: it is never rotated.
 */
export interface GeneratedSecret {
  readonly id: string;
  readonly length: number;
  readonly charset: Charset;
  readonly fixed?: true;
  /** Also kept as a bcrypt hash, as the secret `<id>-hash`. */
  readonly bcrypt?: true;
}

/** `proxy`: the entrance; `web`: has a page; `worker`: has none; `store`: keeps data. */
export type Role = "proxy" | "web" | "worker" | "store";
/**
 * `aws`: of those that use the host's role; the instance's metadata is out of reach from the others. In `runners` a container is
 * `NAME.runners`, and there alone.
 */
export type Network = "aws" | "frontend" | "backend" | "runners";

/** Times are in seconds. `command` runs inside the container; its first word must be in the image. */
export interface HealthCheck {
  readonly command: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  /** Failures before this do not count. */
  readonly startPeriod: number;
}

/** How `ecosystem backup` saves a volume: by the store's own dump, or as files. */
export type BackupMethod = "postgres" | "mongodb" | "redis" | "files" | "none";

/** A named volume, owned by the user that the container runs as. */
export interface Volume {
  readonly name: string;
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  readonly backup: BackupMethod;
  readonly readOnly?: true;
}

/**
 * A file (or folder) of the release that a container reads. `source` is relative to the release. Where no single file can
 * be mounted (ECS) the target is replaced in command, entrypoint and environment, so it must be named there.
 */
export interface ReleaseMount {
  readonly source: string;
  readonly target: string;
}

/** A folder of the host that is not in the release, relative to the home folder on the host. */
export interface HostMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** How the proxy or load balancer reaches a web service. */
export interface Route {
  /** First label of the host name (`desk` of desk.example.com); `""` is the apex. */
  readonly host: string;
  /** The seed's path on the bare address, which redirects to the host. */
  readonly legacyPath?: string;
  /** Prefixes with targets other than the service's first port, e.g. `/data/api/` on 8000. */
  readonly paths?: readonly { readonly prefix: string; readonly port: number }[];
  /** Where `/` leads when the application lives under a path. */
  readonly home?: string;
  /** Requests that must not be rate limited: static files and sockets (prefixes). */
  readonly unlimited: readonly string[];
  /** Prefixes below which every file has a hash in its name: a CDN may keep them, and a browser for as long as it is told. */
  readonly cached?: readonly string[];
  /** Prefixes of static files whose names stay with a new version: kept for minutes only, by CDN and browsers. */
  readonly cachedBriefly?: readonly string[];
  /** Logins (exact paths), limited to 5 a minute per address. */
  readonly logins: readonly string[];
  /** API prefixes, 30 requests a second. */
  readonly api: readonly string[];
  /** Prefixes that other machines call without a login: some hundreds at once pass, with bodies of at most 1 MiB. */
  readonly webhooks?: readonly string[];
  /** Prefixes of requests with next to no body: more than 1 KiB is refused, and less is taken whole before it is passed on. */
  readonly bodiless?: readonly string[];
  /** WebSocket prefixes with an hour of silence allowed. */
  readonly sockets: readonly string[];
  /** Prefixes that other sites may frame. */
  readonly framable: readonly string[];
  /**
   * Answers stream (SSE): each part reaches the visitor at once, and a slow one holds the application. Others, and those
   * below `unlimited`, are taken from the application as fast as it gives them.
   */
  readonly unbuffered: boolean;
  /** Path that answers 200 when the service can take traffic (load balancer's check). */
  readonly healthPath: string;
}

/** A number that is the same in both plans. */
export const inBothPlans = (mib: number): Readonly<Record<MemoryPlan, number>> => ({ compact: mib, standard: mib });

/** A statement of IAM that the tasks of a container need, on Fargate and of the host's role. */
export interface Permission {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** Where people enter a service: outputs `<name>Url` and, with a login, `credentials.<name>`. */
export interface Access {
  /** @default the service's name in camelCase */
  readonly name?: string;
  /** Path of the page. @default / */
  readonly path?: string;
  /** The first administrator's address is the login. */
  readonly email?: true;
  /** What is told beside it -> id of the secret. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** What a container needs to run; services and jobs share it. */
export interface Container {
  /** Name of the Compose service and of the ECS container, kebab-case. */
  readonly name: string;
  /** Pinned by a tag. */
  readonly image: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** `uid:gid`, where it is not the image's. */
  readonly user?: string;
  readonly environment: Readonly<Record<string, EnvValue>>;
  readonly networks: readonly Network[];
  /** Data stores that it talks to. */
  readonly uses?: readonly Store[];
  /**
   * Services that it calls by their internal address. On Fargate a service comes after them, and is deployed anew when one is
   * added; jobs cannot call any.
   */
  readonly calls?: readonly string[];
  /**
   * TCP ports that it calls on the internet -> what for, in words that a security group's description may have. On Fargate
   * there is no way to any other; 443 is open to every task.
   */
  readonly internet?: Readonly<Record<number, string>>;
  /** Further names on the frontend network. */
  readonly aliases?: readonly string[];
  readonly volumes?: readonly Volume[];
  readonly files?: Files;
  readonly permissions?: readonly Permission[];
  readonly mounts?: readonly ReleaseMount[];
  readonly hostMounts?: readonly HostMount[];
  /** Writable folders that begin empty and go with the container, `path` or `path:options`; in memory on the host. */
  readonly tmpfs?: readonly string[];
  /** Nothing else than `tmpfs` and `volumes` can be written to. */
  readonly readOnlyRoot?: boolean;
  /** Linux capabilities kept; all others are dropped. */
  readonly capabilities?: readonly string[];
  /** Limits, MiB. */
  readonly memoryMb: Readonly<Record<MemoryPlan, number>>;
  /** In the plan of the context. @default a third of the limit is free at idle, and any limit is taken */
  readonly memoryNeed?: MemoryNeed;
  /** Variables that follow from the limit in force (MiB), such as a runtime's heap. */
  readonly fromMemory?: (limitMb: number) => Readonly<Record<string, string>>;
  /** Variables that follow from the images in force; `image` answers for services that run. */
  readonly fromImages?: (image: (service: string) => string | undefined) => Readonly<Record<string, string>>;
  /** Containers that must be healthy, and jobs that must have succeeded, before it starts. */
  readonly after?: readonly string[];
}

/** A one-off container that must succeed before those that name it in `after` start. Idempotent. */
export interface Job extends Container {
  /** A few words on what it does, for progress lines. */
  readonly purpose: string;
  /** Not on Fargate, where an image or a managed service has done its work. */
  readonly hostOnly?: true;
  /**
   * Containers that run before it in its task on Fargate, one after the other, each to its end; they share its writable
   * folders, and mount and read what it does.
   */
  readonly first?: readonly Container[];
  /** On Fargate: started by the clock or by somebody, and not by a deployment. */
  readonly scheduled?: Schedule;
}

/** `cron` of EventBridge, UTC, or somebody starts it; `cpu` in vCPU, `memoryMb` in MiB, both of Fargate's sizes; `diskGb` 21 to 200. */
export interface Schedule {
  readonly cron?: string;
  /** Job whose secret in Secrets Manager it has, as each secret is paid for. @default one of its own */
  readonly secretsOf?: string;
  readonly cpu: number;
  readonly memoryMb: number;
  readonly diskGb: number;
}

/** Fargate's view of a service. `cpu` in vCPU, `memoryMb` in MiB, both of Fargate's sizes. */
export interface FargateTask {
  readonly cpu: number;
  readonly memoryMb: number;
  readonly minTasks: number;
  readonly maxTasks: number;
  /** May run on Spot: its loss costs no data and no open page. */
  readonly spot?: true;
  /** Never two at a time: stop the old task before the new one starts. */
  readonly single?: true;
  /** What it scales on besides CPU and memory. */
  readonly scaling?: "requests";
  /** Work that waits for it, which it scales on, too. */
  readonly queue?: WorkQueue;
  /** Speaks OpenTelemetry: gets a collector beside it. The variables that it needs besides OpenTelemetry's own. */
  readonly tracing?: true | Readonly<Record<string, string>>;
}

/** One application of the ecosystem, described once and rendered for Compose and for ECS. */
export interface Service extends Container {
  readonly title: Text;
  readonly description: Text;
  /** Of its card on the dashboard: one of templates/dashboard/index.html. @default app */
  readonly icon?: "app" | "chat" | "flow" | "spark" | "chart";
  /** What it is a process of, where an application has several: they are counted together. @default itself */
  readonly application?: { readonly id: string; readonly title: string };
  readonly role: Role;
  /** Container ports; the first is the main one. */
  readonly ports: readonly number[];
  /** The port that other services call. @default the main one */
  readonly internalPort?: number;
  /** Ports of the host, host -> container. */
  readonly published?: Readonly<Record<number, number>>;
  readonly healthCheck: HealthCheck;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly stopGrace: number;
  /**
   * Seconds that it keeps an idle HTTP connection, by what its environment sets. More than the load balancer's (400): one
   * that closes first answers with a 502 now and then. On Fargate, for whoever the load balancer calls.
   */
  readonly keepAliveSeconds?: number;
  readonly route?: Route;
  /** Prefixes that it answers behind the host of another service, which answers them where this one is not. */
  readonly answersFor?: { readonly service: string; readonly prefixes: readonly string[] };
  readonly access?: Access;
  readonly logs?: Logs;
  /** Slowest answer (p95) that is still normal, seconds. @default 3 */
  readonly slowSeconds?: number;
  /** Of a client of a managed store: the volume of the host's own, which stays where there was one. */
  readonly ownVolume?: string;
  /** Of a store: what AWS calls the one that it runs in its place on Fargate. */
  readonly managed?: string;
  /** It can be done without to save money, at this price. */
  readonly dispensable?: { readonly title: Text; readonly price: Text };
  readonly database?: Database;
  readonly mongodbUser?: MongodbUser;
  /** Files of the release that are made for it, path -> text, in its folder beside those of its `files/`. */
  readonly rendered?: () => Readonly<Record<string, string>>;
  readonly secrets?: readonly GeneratedSecret[];
  readonly jobs?: readonly Job[];
  /** Absent: it has no people of its own. */
  readonly users?: UserCommand;
  /** What asks the assistant its examples; ends with 3 when an answer is not as it should be. */
  readonly assistantCheck?: UserCommand;
  /** What whoever has just installed it does there first; a line each. */
  readonly firstSteps?: readonly string[];
  /** Absent: the service is a managed one, or not needed, on Fargate. */
  readonly fargate?: FargateTask;
  /** Part of a service that the host runs in one piece. */
  readonly fargateOnly?: true;
  /** The service that it works for: with that one it is off, too. */
  readonly partOf?: string;
  /** What fails without it: a service with such a reason cannot be off by itself. */
  readonly needed?: string;
  /** Runs only where the settings enable it. */
  readonly offByDefault?: true;
  /**
   * Services in whose tasks on Fargate it is a container, its limit taken from theirs, where it has no `fargate` of its own. On
   * the host it is a service.
   */
  readonly beside?: readonly string[];
  /** The catalogue's answer to `beside`: containers of this service's tasks. They have neither files nor `tmpfs`. */
  readonly sidecars?: readonly Service[];
  /** Its image follows that of another service; `image` answers nothing where it cannot tell. */
  readonly versionOf?: { readonly service: string; readonly image: (image: string) => string | undefined };
}
