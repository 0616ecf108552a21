import { request } from "node:https";
import { createHash } from "node:crypto";
import { CliError } from "../cli-error";
import { asked, awaited, timeOf, type Aws, type Patience } from "./aws";
import { bytesOf, copied } from "./copy";
import { sealedSize } from "../restore/source";
import { present, type Facts } from "./facts";
import { rest, servicesIn, wake, type Counts } from "./services";
import type { Archive, Side } from "./side";
import { taskRun } from "./tasks";

/** Exit codes of the task that reads an archive. */
const otherKeys = 4;
const findings = 5;

const mode = { check: "look at the archive", import: "import", compare: "compare" } as const;

const short = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** Status of a page, asked of the entrance whatever DNS says of its name; 0 for no answer. */
const statusOf = (entrance: string, name: string, path: string): Promise<number> =>
  new Promise((resolve) => {
    const asking = request(
      { host: entrance, servername: name, path, headers: { Host: name }, timeout: 15_000 },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    asking.on("timeout", () => asking.destroy());
    asking.on("error", () => {
      resolve(0);
    });
    asking.end();
  });

/** Production: services and tasks of a cluster. */
export class ProductionSide implements Side {
  readonly stack: string;
  readonly opening: readonly string[];
  readonly #cluster: string;

  /** @param counts tasks of its services before they were ended, kept over a cut */
  constructor(
    readonly facts: Facts,
    readonly aws: Aws,
    readonly patience: Patience,
    readonly counts: { get(): Counts; keep(counts: Counts): void },
  ) {
    this.stack = facts.stack;
    this.#cluster = present(facts, "clusterName");
    this.opening = [
      `aws ecs update-service --cluster ${this.#cluster} --service NAME --desired-count 1     # of each, and scaling as before:`,
      `aws application-autoscaling register-scalable-target --service-namespace ecs --scalable-dimension ecs:service:DesiredCount --resource-id service/${this.#cluster}/NAME --suspended-state DynamicScalingInSuspended=false,DynamicScalingOutSuspended=false,ScheduledScalingSuspended=false`,
    ];
  }

  async closed(): Promise<boolean> {
    const services = await servicesIn(this.aws, this.#cluster);
    return services.length > 0 && services.every((s) => s.desired === 0 && s.running === 0);
  }

  close(drain: boolean): Promise<void> {
    const drained = drain && this.facts.queues.length > 0 ? () => this.#drained() : undefined;
    return rest(
      this.aws,
      this.#cluster,
      this.counts.get(),
      (counts) => {
        this.counts.keep(counts);
      },
      drained,
      this.patience,
    );
  }

  open(): Promise<void> {
    return wake(this.aws, this.#cluster, this.counts.get(), this.patience);
  }

  /** A value of each queue that is younger than the last request, and zero. */
  async #drained(): Promise<void> {
    const { say } = this.patience;
    const since = Date.now();
    let seen = "";
    for (const { work, namespace, metric } of this.facts.queues) {
      await awaited(
        `${work} are worked off`,
        async () => {
          const { Datapoints = [] } = await asked<{
            Datapoints?: readonly { Timestamp: string | number; Maximum: number }[];
          }>(
            this.aws,
            ...["cloudwatch", "get-metric-statistics", "--namespace", namespace, "--metric-name", metric],
            ...["--period", "60", "--statistics", "Maximum"],
            ...["--start-time", new Date(since - 60_000).toISOString(), "--end-time", new Date().toISOString()],
          );
          const last = [...Datapoints].sort((a, b) => timeOf(a.Timestamp) - timeOf(b.Timestamp)).at(-1);
          if (last === undefined || timeOf(last.Timestamp) < since) return undefined;
          const words = `${metric} ${last.Maximum}`;
          if (last.Maximum > 0 && words !== seen) say(`    waiting: ${words}`);
          seen = words;
          return last.Maximum === 0 ? true : undefined;
        },
        this.patience,
      );
    }
  }

  async save(since: string): Promise<undefined> {
    const mark = `migrate-dump-${short(since)}`;
    const place = present(this.facts, "dumpTask");
    const code = await taskRun(this.aws, { what: "dump", place, mark }, this.patience);
    if (code !== 0) throw new CliError(`The dump of ${this.stack} failed (exit code ${code}).`, []);
  }

  async #bring(archive: Archive): Promise<string> {
    const { bucket, region } = present(this.facts, "backups");
    const { profile } = this.facts;
    const key = `import/${archive.stored.name}.sealed`;
    const { stored, backups } = archive;
    const from = { bucket: backups.bucket, key: stored.object, region: backups.region, profile: archive.profile };
    await copied(
      from,
      { bucket, key, region, profile },
      sealedSize(stored),
      () => bytesOf(this.aws, { bucket, key }),
      this.patience.say,
    );
    return key;
  }

  async #import(archive: Archive, what: keyof typeof mode, replaces: boolean): Promise<number> {
    const key = await this.#bring(archive);
    const code = await taskRun(
      this.aws,
      {
        what: mode[what],
        place: present(this.facts, "importTask"),
        mark: `migrate-${what}-${short(key)}`,
        environment: {
          "import-open": { IMPORT_ARCHIVE: key, IMPORT_MODE: what, ...(replaces ? { IMPORT_REPLACE: "yes" } : {}) },
        },
      },
      this.patience,
    );
    if (code === otherKeys) {
      throw new CliError(`${this.stack} has other keys than the archive: nobody could read its data there.`, [
        "a new stack takes them over; one that has data of its own keeps its keys (docs/migrate.md)",
      ]);
    }
    return code;
  }

  async refuses(archive: Archive, replaces: boolean): Promise<readonly string[]> {
    const code = await this.#import(archive, "check", replaces);
    if (code === 0) return [];
    if (code === findings) return [`${this.stack} cannot take all of ${archive.stored.name}: its lines are above`];
    throw new CliError(`The look at the archive failed (exit code ${code}).`, []);
  }

  async take(archive: Archive): Promise<void> {
    for (const what of ["import", "compare"] as const) {
      // it was looked at before: whose data is there is known
      const code = await this.#import(archive, what, true);
      if (code !== 0)
        throw new CliError(`${what} of ${archive.stored.name} failed (exit code ${code}): its lines are above.`);
    }
    for (const { job, ...place } of present(this.facts, "setupTasks")) {
      const mark = `migrate-${short(`${archive.stored.object} ${job}`)}`;
      const code = await taskRun(this.aws, { what: job, place, mark }, this.patience);
      if (code !== 0) throw new CliError(`${job} failed after the import (exit code ${code}): its lines are above.`);
    }
  }

  async silent(): Promise<readonly string[]> {
    const entrance = this.facts.outputs.cloudFrontDomain ?? this.facts.outputs.albDnsName ?? "";
    const found = await Promise.all(
      this.facts.pages.map(async ({ name, path }) => ({ name, path, status: await statusOf(entrance, name, path) })),
    );
    return found
      .filter(({ status }) => status < 200 || status >= 500)
      .map(({ name, path, status }) => `https://${name}${path}: ${status || "no answer"}`);
  }
}
