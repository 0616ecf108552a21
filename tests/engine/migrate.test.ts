import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { awsIn, type Aws } from "../../tools/migrate/aws";
import { copied, bytesOf } from "../../tools/migrate/copy";
import type { Facts } from "../../tools/migrate/facts";
import { ProductionSide } from "../../tools/migrate/production";
import { servicesIn, type Counts } from "../../tools/migrate/services";
import type { Archive } from "../../tools/migrate/side";
import { taskRun } from "../../tools/migrate/tasks";
import { need, needVariable } from "../support/need";
import { until } from "../support/until";

const region = "us-east-1";
const cluster = "migrate-test";
const name = "ai-ecosystem-20260131T020000Z.tar.gz";

// the calls of the laptop with the real AWS CLI, against an AWS that answers as AWS does
describe("make migrate and AWS", function () {
  let aws: Aws;
  let control: string;
  let folder: string;
  let said: string[];
  let counts: Counts;
  const json = async <T>(...words: readonly string[]) => JSON.parse((await aws(...words)) || "{}") as T;
  const patience = { say: (line: string) => said.push(line), pause: 0.05, patience: 240 };
  const tell = (body: object) =>
    fetch(`${control}/ecs`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
  const place = (family: string) => ({
    cluster,
    taskDefinition: family,
    subnets: ["subnet-1"],
    securityGroups: ["sg-1"],
  });

  const facts = (): Facts => ({
    ...{ stack: "new", topology: "fargate", region, profile: undefined, made: true, secrets: [] },
    ...{ databases: [], applications: [], pages: [], queues: [] },
    outputs: {
      clusterName: cluster,
      backups: { bucket: "new-backups", region, key: "k" },
      importTask: place("import"),
      dumpTask: place("dump"),
      setupTasks: ["prepare", "rights"].map((job) => ({ job, ...place(job) })),
    },
  });
  const production = (more: Partial<Facts> = {}) =>
    new ProductionSide({ ...facts(), ...more }, aws, patience, {
      get: () => counts,
      keep: (found) => {
        counts = found;
      },
    });
  const archive = (bytes: number): Archive => ({
    // of the object, which is longer
    stored: { name, object: `archives/${name}.sealed`, bytes: bytes - 88, arrived: "" },
    ...{ backups: { bucket: "old-backups", region, key: "k" }, profile: undefined },
  });
  const state = async () =>
    Object.fromEntries((await servicesIn(aws, cluster)).map((s) => [s.name, s.desired] as const));
  const suspended = async () => {
    const { ScalableTargets = [] } = await json<{
      ScalableTargets?: readonly { ResourceId: string; SuspendedState?: { DynamicScalingOutSuspended?: boolean } }[];
    }>("application-autoscaling", "describe-scalable-targets", "--service-namespace", "ecs");
    return ScalableTargets.filter((t) => t.SuspendedState?.DynamicScalingOutSuspended === true).map(
      (t) => t.ResourceId,
    );
  };
  /** Bytes that nobody can have guessed. */
  const noise = (bytes: number): Buffer => {
    const file = join(folder, "noise");
    execFileSync("bash", ["-c", `head -c ${bytes} /dev/urandom >'${file}'`]);
    return readFileSync(file);
  };

  before(async function () {
    need(this, "aws");
    // never a real account
    needVariable(this, "AWS_ENDPOINT_URL", "an emulated AWS");
    control = needVariable(this, "AWS_CONTROL", "where the emulated AWS is told what to do");
    execFileSync("bash", ["-c", needVariable(this, "AWS_FRESH", "a command that empties the emulated AWS")]);
    aws = awsIn(region, undefined);
    await aws("ecs", "create-cluster", "--cluster-name", cluster);
    const container = (what: string) => JSON.stringify([{ name: what, image: "busybox", memory: 128 }]);
    const shape = [
      "--requires-compatibilities",
      "FARGATE",
      "--network-mode",
      "awsvpc",
      "--cpu",
      "256",
      "--memory",
      "512",
    ];
    for (const family of ["web", "worker", "dump", "import", "prepare", "rights"]) {
      const containers =
        family === "import"
          ? JSON.stringify(["import-open", "import"].map((n) => ({ name: n, image: "busybox" })))
          : container(family);
      await aws("ecs", "register-task-definition", "--family", family, "--container-definitions", containers, ...shape);
    }
    await aws("ec2", "create-vpc", "--cidr-block", "10.9.0.0/16");
  });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "migrate-"));
    said = [];
    counts = {};
    await tell({ exitCodes: {}, failing: [], forget: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  describe("services", () => {
    before(async () => {
      const service = (what: string, count: number, more: readonly string[]) =>
        aws(
          ...["ecs", "create-service", "--cluster", cluster, "--service-name", what, "--task-definition", what],
          ...["--desired-count", String(count), "--launch-type", "FARGATE", ...more],
        );
      const group = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef";
      await service("web", 3, ["--load-balancers", `targetGroupArn=${group},containerName=web,containerPort=80`]);
      await service("worker", 1, []);
      await aws(
        ...["application-autoscaling", "register-scalable-target", "--service-namespace", "ecs"],
        ...["--scalable-dimension", "ecs:service:DesiredCount", "--resource-id", `service/${cluster}/web`],
        ...["--min-capacity", "2", "--max-capacity", "4"],
      );
    });

    it("end, those that visitors reach first, and scaling does not bring them back", async () => {
      const side = production();
      expect(await side.closed()).to.equal(false);
      await side.close(true);
      expect(await state()).to.deep.equal({ web: 0, worker: 0 });
      expect(await suspended()).to.deep.equal([`service/${cluster}/web`]);
      expect(counts).to.deep.equal({ web: 3, worker: 1 });
      expect(await side.closed()).to.equal(true);
      // a repeated call must not take zero for what was there
      await side.close(false);
      expect(counts).to.deep.equal({ web: 3, worker: 1 });
    });

    it("wait for the queues before those go that work them off", async () => {
      await production().open();
      const metric = (value: number) =>
        aws(
          "cloudwatch",
          "put-metric-data",
          "--namespace",
          "AiEcosystem/new",
          "--metric-name",
          "sidekiqLatency",
          "--value",
          String(value),
        );
      const queues = [{ work: "jobs", namespace: "AiEcosystem/new", metric: "sidekiqLatency" }];
      const closing = production({ queues }).close(true);
      await until("visitors' service ended", async () => (await state())["web"] === 0, 600);
      // again and again, as in AWS: what is older than the last visitor counts for nothing
      let left = 30;
      const over = new AbortController();
      const told = (async () => {
        while (!over.signal.aborted) await metric(left);
      })();
      try {
        await until("waits", () => said.some((line) => line.includes("waiting: sidekiqLatency 30")), 600);
        expect((await state())["worker"]).to.equal(1);
        // heard in the next minute: until then CloudWatch has the larger of both
        left = 0;
        await closing;
      } finally {
        over.abort();
        await told;
      }
      expect(await state()).to.deep.equal({ web: 0, worker: 0 });
    });

    it("come back as many as they were, and scale again", async () => {
      counts = { web: 3, worker: 1 };
      await production().open();
      expect(await state()).to.deep.equal({ web: 3, worker: 1 });
      expect(await suspended()).to.deep.equal([]);
      await production().close(false);
      // the file of the move is lost: the least that scaling takes
      counts = {};
      await production().open();
      expect(await state()).to.deep.equal({ web: 2, worker: 1 });
    });
  });

  describe("an archive", () => {
    before(async () => {
      for (const bucket of ["old-backups", "new-backups"]) await aws("s3api", "create-bucket", "--bucket", bucket);
    });
    const places = () => {
      const at = { region, profile: undefined };
      return [
        { ...at, bucket: "old-backups", key: `archives/${name}.sealed` },
        { ...at, bucket: "new-backups", key: `import/${name}.sealed` },
      ] as const;
    };
    const put = async (bytes: Buffer) => {
      writeFileSync(join(folder, "sealed"), bytes);
      await aws(
        "s3api",
        "put-object",
        "--bucket",
        "old-backups",
        "--key",
        `archives/${name}.sealed`,
        "--body",
        join(folder, "sealed"),
      );
    };

    it("is copied from bucket to bucket, byte for byte, and not twice", async () => {
      const bytes = noise(20 << 20);
      await put(bytes);
      const [from, to] = places();
      const arrived = () => bytesOf(aws, to);
      await copied(from, to, bytes.length, arrived, patience.say);
      await aws("s3api", "get-object", "--bucket", to.bucket, "--key", to.key, join(folder, "back"));
      const sum = (data: Buffer) => createHash("sha256").update(data).digest("hex");
      expect(sum(readFileSync(join(folder, "back")))).to.equal(sum(bytes));
      expect(said.join("\n")).to.contain("100 % of 21 MB");
      said = [];
      await copied(from, to, bytes.length, arrived, patience.say);
      expect(said).to.deep.equal([`s3://new-backups/import/${name}.sealed is there already`]);
    });

    it("that did not arrive in full is no success", async () => {
      const [from, to] = places();
      await put(noise(1000));
      let problem = "";
      await copied(from, to, 2000, () => bytesOf(aws, to), patience.say).catch((error: unknown) => {
        problem = String(error);
      });
      expect(problem).to.contain("did not arrive in full (1000 of 2000 bytes)");
    });

    it("is handed to the task that reads it, with its mode, and its exit code is understood", async () => {
      const bytes = noise(1000);
      await put(bytes);
      const side = production();
      expect(await side.refuses(archive(bytes.length), false)).to.deep.equal([]);
      await side.take(archive(bytes.length));
      const { taskArns } = await json<{ taskArns: readonly string[] }>(
        ...["ecs", "list-tasks", "--cluster", cluster, "--family", "import", "--desired-status", "STOPPED"],
      );
      const { tasks } = await json<{ tasks: readonly { overrides: object }[] }>(
        ...["ecs", "describe-tasks", "--cluster", cluster, "--tasks", ...taskArns],
      );
      const told = JSON.stringify(tasks.map((task) => task.overrides));
      for (const mode of ["check", "import", "compare"])
        expect(told).to.contain(`{"name":"IMPORT_MODE","value":"${mode}"}`);
      // people's data is looked for first, and what was looked at is replaced
      expect(told.split('"IMPORT_REPLACE"')).to.have.lengthOf(3);
      expect(
        said.filter((line) => /^(prepare|rights): task /.test(line)).map((line) => line.split(":")[0]),
      ).to.deep.equal(["prepare", "rights"]);
      expect(told).to.contain('"name":"import-open"').and.contain(`"value":"import/${name}.sealed"`);
      await tell({ exitCodes: { import: 5 } });
      expect((await side.refuses(archive(bytes.length), true)).join()).to.contain("cannot take all of");
      for (const [code, words] of [
        [4, "other keys"],
        [1, "failed (exit code 1)"],
      ] as const) {
        await tell({ exitCodes: { import: code } });
        let problem = "";
        await side.take(archive(bytes.length)).catch((error: unknown) => {
          problem = String(error);
        });
        expect(problem).to.contain(words);
      }
    });
  });

  it("has the dump made now, and finds a task again that it has left", async () => {
    await production().save("2026-01-31T02:00:00Z");
    expect(said.join("\n")).to.match(/dump: task \w+[^]*dump: stopped/);
    const wish = { what: "dump", place: place("dump"), mark: "migrate-dump-left" };
    const { tasks } = await json<{ tasks: readonly { taskArn: string }[] }>(
      ...["ecs", "run-task", "--cluster", cluster, "--task-definition", "dump", "--launch-type", "FARGATE"],
      ...["--started-by", wish.mark, "--network-configuration", "awsvpcConfiguration={subnets=[subnet-1]}"],
    );
    said = [];
    expect(await taskRun(aws, wish, patience)).to.equal(0);
    expect(said[0]).to.contain("runs already");
    expect(said[1]).to.contain(tasks[0]?.taskArn.split("/").at(-1) ?? "?");
  });
});
