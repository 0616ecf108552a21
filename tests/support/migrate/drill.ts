import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongodbStandIn, type MongodbStore } from "../mongodb/server";
import { need } from "../need";
import { startPostgres, type PostgresServer } from "../postgres";
import { fargateCatalogue } from "../recorded/fargate-services";
import { startS3, type S3Server } from "../s3/server";
import { Cluster } from "./cluster";
import {
  application,
  bucketOf,
  chats,
  databases,
  files,
  fillDatabases,
  freshChats,
  key,
  logins,
  noted,
  passwords,
  secret,
  shown,
} from "./data";
import { WholeHost } from "./host";
import { Laptop, type Ended } from "./laptop";

const region = "us-east-1";
/** Which of a bucket's keys are which volume's. */
const places = [
  ["files", "", "ai-eco-chatwoot"],
  ["librechat-files", "images/", "ai-eco-librechat"],
  ["librechat-files", "uploads/", "ai-eco-librechat-uploads"],
] as const;
const sum = (bytes: Buffer) => createHash("md5").update(bytes).digest("hex");

/** All of a side: databases as they are shown, documents, and the checksum of each file by its bucket and key. */
export interface Data {
  readonly postgres: Readonly<Record<string, string>>;
  readonly mongodb: unknown;
  readonly files: Readonly<Record<string, string>>;
}

/** A host `sandbox` with data, a new production `prod`, and a laptop with both. */
export class Drill {
  readonly laptop = new Laptop();
  readonly host: WholeHost;
  readonly cluster: Cluster;
  /** MongoDB of the host. */
  readonly chats: MongodbStandIn;
  /** DocumentDB. */
  readonly documents: MongodbStandIn;

  static async start(context: Mocha.Context): Promise<Drill> {
    for (const program of ["pg_dump", "pg_restore", "jq", "python3", "openssl", "curl", "git"]) need(context, program);
    const s3 = await startS3(context);
    const [own, rds] = await Promise.all([startPostgres(), startPostgres()]);
    const drill = new Drill(mkdtempSync(join(tmpdir(), "drill-")), s3, own, rds);
    await drill.cluster.start();
    await drill.laptop.entrance(() => drill.cluster.open);
    return drill;
  }

  private constructor(
    readonly folder: string,
    readonly s3: S3Server,
    readonly own: PostgresServer,
    readonly rds: PostgresServer,
  ) {
    const buckets = { sandbox: "backups-of-sandbox", prod: "backups-of-prod" };
    for (const bucket of [...Object.values(buckets), bucketOf("files"), bucketOf("librechat-files")]) s3.bucket(bucket);
    this.chats = new MongodbStandIn(join(folder, "chats"), chats);
    this.documents = new MongodbStandIn(join(folder, "documents"), freshChats);
    this.host = new WholeHost({ postgres: own, mongodb: this.chats, s3, bucket: buckets.sandbox, key });
    fillDatabases(own);
    // as production's first deployment leaves it
    const setUp = () => {
      const { status, output } = rds.setup({ ...passwords, ...logins, DATABASE_VERSIONS: noted });
      expect(status, output).to.equal(0);
    };
    setUp();
    this.people("CREATE TABLE contacts (id int); CREATE TABLE messages (id int)");
    const ca = join(folder, "ca.pem");
    writeFileSync(ca, rds.ca);
    const stores = { s3, rds, mongodb: this.documents, bucket: buckets.prod, key, secret, ca };
    this.cluster = new Cluster(folder, stores, { "postgres-setup": setUp });

    const place = (taskDefinition: string) => ({
      ...{ cluster: Cluster.name, taskDefinition, subnets: ["subnet-1"], securityGroups: ["sg-1"] },
    });
    const generatedSecrets = Object.fromEntries(
      fargateCatalogue()
        .secrets.filter((s) => s.fixed === true)
        .map(({ id }) => [id, secret(id)]),
    );
    this.laptop.outputs("sandbox", {
      ...{ publicIp: "192.0.2.1", sshHostKey: "192.0.2.1 ssh-ed25519 AAAA", sshPrivateKey: "PEM", generatedSecrets },
      ...{ backups: { bucket: buckets.sandbox, region, key }, estimatedMonthlyUsd: 80.4 },
    });
    this.laptop.outputs("prod", {
      ...{ clusterName: Cluster.name, albDnsName: "127.0.0.1", generatedSecrets, estimatedMonthlyUsd: 700 },
      ...{ backups: { bucket: buckets.prod, region, key }, dumpTask: place("dump"), importTask: place("import") },
      setupTasks: ["postgres-setup"].map((job) => ({ job, ...place(job) })),
    });
  }

  /** What an application says to its database in production. */
  people(text: string): string {
    return this.rds.sql(application, "chatwoot_production", text);
  }
  /** The same on the host. */
  peopleOnHost(text: string): string {
    const login = { username: "chatwoot", password: passwords.CHATWOOT_DB_PASSWORD };
    return this.own.sql(login, "chatwoot_production", text);
  }
  /** A file in production. */
  put(bucket: string, path: string, text: string): void {
    const file = join(this.folder, "object");
    writeFileSync(file, text);
    const { status, output } = this.s3.s3api(
      ...["put-object", "--bucket", bucketOf(bucket), "--key", path, "--body", file],
    );
    expect(status, output).to.equal(0);
  }

  /** The laptop's command. */
  migrate(
    words: string,
    way: readonly [from: string, to: string] = ["sandbox", "prod"],
    watch?: Parameters<Laptop["migrate"]>[3],
  ): Promise<Ended> {
    const exported = [...this.s3.environment.matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]);
    const { PATH = "", ...aws } = Object.fromEntries(exported) as Record<string, string>;
    const [from, to] = way;
    return this.laptop.migrate(
      ["--from", from, "--to", to, "--yes", ...words.split(" ").filter(Boolean)],
      { ...aws, ...this.cluster.environment },
      [join(this.host.home, "laptop"), PATH.split(":")[0] ?? ""],
      watch,
    );
  }
  /** The same, of which only success will do. */
  async migrated(...given: Parameters<Drill["migrate"]>): Promise<string> {
    const { status, output } = await this.migrate(...given);
    expect(status, `${output}\n${this.cluster.said}`).to.equal(0);
    return output;
  }

  static readonly #documents = (store: MongodbStore) =>
    // an empty collection and none are the same to its application
    Object.entries(store["librechat"] ?? {})
      .map(([name, { documents }]) => [name, documents] as const)
      .filter(([, documents]) => documents.length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  static readonly #postgres = (server: PostgresServer) =>
    Object.fromEntries(databases.map((name) => [name, shown(server, name)]));

  onHost(): Data {
    const volumes = join(this.host.home, "data/volumes");
    const found = places.flatMap(([bucket, prefix, volume]) =>
      readdirSync(join(volumes, volume), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => {
          const file = join(entry.parentPath, entry.name);
          const path = file.slice(join(volumes, volume).length + 1);
          // a disk of ActiveStorage has the key `abcdef` as ab/cd/abcdef
          const name = bucket === "files" ? path.split("/").slice(2).join("/") : path;
          return [`${bucket}/${prefix}${name}`, sum(readFileSync(file))] as const;
        }),
    );
    const mongodb = Drill.#documents(this.chats.store);
    return { postgres: Drill.#postgres(this.own), mongodb, files: Object.fromEntries(found.sort()) };
  }
  inProduction(): Data {
    const found = ["files", "librechat-files"].flatMap((bucket) => {
      const { output } = this.s3.s3api("list-objects-v2", "--bucket", bucketOf(bucket), "--output", "json");
      const { Contents = [] } = JSON.parse(output || "{}") as { Contents?: { Key: string; ETag: string }[] };
      // of what came in one piece it is the MD5 sum
      return Contents.map(({ Key, ETag }) => [`${bucket}/${Key}`, ETag.replaceAll('"', "")] as const);
    });
    const mongodb = Drill.#documents(this.documents.store);
    return { postgres: Drill.#postgres(this.rds), mongodb, files: Object.fromEntries(found.sort()) };
  }
  /** Keys of the files that a side has at first. */
  static readonly keys = Object.values(files).map(({ bucket, key: path }) => `${bucket}/${path}`);

  async stop(): Promise<void> {
    this.laptop.stop();
    this.cluster.stop();
    this.host.remove();
    this.s3.stop();
    await Promise.all([this.own.stop(), this.rds.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
