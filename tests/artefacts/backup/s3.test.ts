import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HostFolder, type Ran } from "../../support/host/scripts";
import { key } from "../../support/migrate/data";
import { need } from "../../support/need";
import { startS3, type S3Server } from "../../support/s3/server";

const bucket = "backups-of-a-host";
const named = (day: string) => `ai-ecosystem-202601${day}T020000Z.tar.gz`;
const objectOf = (name: string) => `archives/${name}.sealed`;

describe("archives of the host in S3", function () {
  let s3: S3Server | undefined;
  const server = (): S3Server => s3 ?? expect.fail("there is no S3 server");
  let host: HostFolder;
  let day = 0;

  /** A script with the host's functions. */
  const inside = (script: string): Ran =>
    host.inside(`${server().environment}\nstores_are_up() { :; }\ncd "$ECOSYSTEM_HOME"\n${script}`);
  const succeed = (script: string): string => {
    const { status, stdout, output } = inside(script);
    expect(status, output).to.equal(0);
    return stdout.trim();
  };
  /** A host with an archive of two parts' length; every name is new in the bucket. */
  const archive = (): string => {
    const name = named(String(++day).padStart(2, "0"));
    writeFileSync(join(host.home, "noise"), randomBytes(6_000_000));
    succeed(`
      archive begin "$BACKUPS/${name}"
      sum=$(archive add "$BACKUPS/${name}" volumes/noise.tar 0 <noise)
      jq -n --arg sum "$sum" '{version: 1, created: "then", release: "r", reason: "trial", images: {nginx: "nginx:1"}, sha256: {"volumes/noise.tar": $sum},
        contents: {postgres: {}, mongodb: {}, redis: {}, volumes: {noise: 1}}}' | archive end "$BACKUPS/${name}"`);
    return name;
  };
  const inBucket = (name: string): boolean =>
    server().s3api("head-object", "--bucket", bucket, "--key", objectOf(name)).status === 0;
  const state = () => JSON.parse(host.read("state/s3.json")) as { result: string; message: string };
  const fetched = (name: string) => inside(`cmd_backup fetch s3:${name} "$ECOSYSTEM_HOME/fetched.tar.gz"`);

  before(async function () {
    for (const program of ["jq", "python3", "openssl"]) need(this, program);
    s3 = await startS3(this);
    s3.bucket(bucket);
  });
  beforeEach(() => {
    host = new HostFolder();
    const facts = JSON.parse(host.read("current/release.json")) as object;
    const backups = { bucket, region: "us-east-1" };
    writeFileSync(join(host.home, "current/release.json"), JSON.stringify({ ...facts, backups }));
    writeFileSync(join(host.home, "current/.env"), `BACKUP_KEY='${key}'\nN8N_ENCRYPTION_KEY='abcd1234'\n`);
    server().fault("");
  });
  afterEach(() => {
    host.remove();
  });
  after(() => {
    s3?.stop();
  });

  it("arrive sealed and whole, once, come back as they were, and are not overwritten (SEC-5)", () => {
    const name = archive();
    expect(inside("send_missing").output).to.contain(`${name} (`).and.contain("is in S3");
    expect(state()).to.include({ result: "ok", message: "" });
    expect(inside("send_missing").output).not.to.contain("is in S3");
    expect(fetched(name).stdout.trim()).to.equal(join(host.home, "fetched.tar.gz"));
    expect(succeed(`cmp fetched.tar.gz "$BACKUPS/${name}" && stat -c %a fetched.tar.gz && ls -A "$BACKUPS"`)).to.equal(
      `600\n${name}`,
    );
    // whoever has the key needs nothing else of the host
    server().s3api("get-object", "--bucket", bucket, "--key", objectOf(name), join(host.home, "sealed"));
    const opened = `tail -c +41 sealed | head -c -32 | openssl enc -d -aes-256-ctr -pbkdf2 -md sha256 -pass fd:3 3<<<'${key}'`;
    expect(succeed(`${opened} | cmp - "$BACKUPS/${name}" && echo same`)).to.equal("same");
    expect(host.read("sealed").slice(0, 23)).to.equal("ai-ecosystem-archive-1 ");
    expect(host.read("sealed")).not.to.contain("manifest");

    const again = inside(`mkdir other; echo more | transfer send ${bucket} ${objectOf(name)} 5 other`);
    expect(again.status, again.output).to.equal(3);
    const { Versions: versions } = JSON.parse(
      server().s3api("list-object-versions", "--bucket", bucket, "--prefix", objectOf(name)).output,
    ) as { Versions: unknown[] };
    expect(versions).to.have.length(1);
  });

  it("are listed and shown, with where they are; the last to arrive is the latest, whatever the clock of the host said", () => {
    const future = "ai-ecosystem-20991231T000000Z.tar.gz";
    const name = archive();
    succeed(
      `cp "$BACKUPS/${name}" "$BACKUPS/${future}"; mv "$BACKUPS/${name}" away; send_missing; mv away "$BACKUPS/${name}"; send_missing; rm "$BACKUPS/${future}"`,
    );
    const { archives, s3: known } = JSON.parse(succeed("cmd_backup list --json")) as {
      s3: boolean;
      archives: { name: string; host: boolean; s3: boolean; bytes: number }[];
    };
    expect(known).to.equal(true);
    const found = (n: string) => archives.find((a) => a.name === n);
    expect(found(name)).to.include({ host: true, s3: true });
    expect(found(future)).to.include({ host: false, s3: true, bytes: found(name)?.bytes });
    expect(succeed(`rm "$BACKUPS/${name}"; cmd_backup show s3:latest`))
      .to.contain(name)
      .and.contain("noise");
    expect(succeed("cmd_backup list")).to.match(new RegExp(`${future}.*- +yes`));
  });

  it("that cannot be sent stay here, it is said why, and the next run sends them", () => {
    let newest = "";
    for (const [fault, words] of [
      ["refuse", /S3 does not list the backups: .*AccessDenied/],
      ["cut", /was not sent to S3: upload-part: .*(Connection|closed|endpoint)/],
      ["flip", /was not sent to S3: upload-part: .*(match|BadDigest|checksum)/i],
    ] as const) {
      const name = archive();
      newest = name;
      server().fault(fault);
      const { status, output } = inside("send_missing");
      expect(status, output).to.equal(1);
      expect(output.replace(/\s+/g, " ")).to.match(words);
      expect(output).to.contain("the next run sends").and.contain("Next: ecosystem doctor");
      expect(state()).to.include({ result: "failed" });
      server().fault("");
      expect(inBucket(name), fault).to.equal(false);
      expect(host.has("data/backups/.sending"), fault).to.equal(false);
    }
    // all of them
    expect(inside("send_missing").output.match(/is in S3/g)).to.have.length(3);
    expect(state()).to.include({ result: "ok", message: "" });
    // and the last one made is the latest there
    expect(succeed("s3_archives | cut -f1 | sed -n 1p")).to.equal(newest);
  });

  it("whose sending is killed appear only when the next run has sent them", () => {
    const name = archive();
    server().fault("hang");
    // it has begun when its first part lies there
    const { output } = inside(`
      (set -m; exec 3>&1; send_missing >/dev/null 2>&1 3>&- & echo $! >pid)
      until [ -s "$BACKUPS/.sending/part" ]; do sleep 0.1; done
      pkill -9 -g "$(ps -o pgid= "$(cat pid)" | tr -d ' ')" || true`);
    expect(inBucket(name), output).to.equal(false);
    server().fault("");
    succeed("send_missing");
    expect(inBucket(name)).to.equal(true);
    expect(host.has("data/backups/.sending")).to.equal(false);
  });

  it("of which a part finds no room stay here", () => {
    const name = archive();
    const { status, output } = inside("(ulimit -f 3000; send_missing)");
    expect(status, output).to.equal(1);
    expect(output).to.contain("part: File too large");
    expect(inBucket(name)).to.equal(false);
  });

  it("are sent once by two runs at the same time", () => {
    const name = archive();
    succeed("send_missing & first=$!; send_missing; wait $first");
    const versions = server().s3api(
      "list-object-versions",
      "--bucket",
      bucket,
      "--prefix",
      objectOf(name),
      "--output",
      "json",
    );
    expect((JSON.parse(versions.output) as { Versions: unknown[] }).Versions).to.have.length(1);
  });

  it("are not opened with another key, and not when a byte of them differs or the end is missing", () => {
    const name = archive();
    succeed("send_missing");
    const refused = (change: string) => {
      const { status, output } = inside(`${change}\nsealed open <damaged >opened 2>said; rc=$?; cat said; exit $rc`);
      expect(status, output).to.equal(1);
      return output;
    };
    server().s3api("get-object", "--bucket", bucket, "--key", objectOf(name), join(host.home, "sealed"));
    const before = "set +e; cp sealed damaged";
    expect(refused(`${before}; printf X | dd of=damaged bs=1 seek=6000000 conv=notrunc status=none`)).to.contain(
      "damaged",
    );
    expect(refused(`${before}; truncate -s -1 damaged`)).to.contain("damaged");
    expect(refused(`${before}; truncate -s 60 damaged`)).to.contain("damaged");
    expect(refused("set +e; : >damaged")).to.contain("no sealed archive");
    writeFileSync(join(host.home, "current/.env"), `BACKUP_KEY='${key.toLowerCase()}'\n`);
    const other = fetched(name);
    expect(other.status).to.equal(1);
    expect(other.output).to.match(/it was sealed with the key [0-9a-f]{16}, and this one is [0-9a-f]{16}/);
    expect(host.has("fetched.tar.gz") || host.has("fetched.tar.gz.partial")).to.equal(false);
  });

  it("never show their key in the list of processes", () => {
    archive();
    const seen = succeed(`
      mkdir bin; for p in openssl aws python3; do real=$(command -v $p); printf '#!/bin/bash\\necho "$0 $*" >>%s/words\\nexec %s "$@"\\n' "$PWD" "$real" >bin/$p; chmod 755 bin/$p; done
      PATH=$PWD/bin:$PATH send_missing; cat words`);
    expect(seen).to.contain("openssl enc -aes-256-ctr").and.contain("s3api upload-part");
    expect(seen).not.to.contain(key);
  });

  it("that are not there, or have no such name, are wrong usage or said to be missing", () => {
    expect(inside("cmd_backup fetch s3:nonsense").status).to.equal(2);
    expect(inside("cmd_backup fetch").status).to.equal(2);
    expect(inside("cmd_backup show nothing.tar.gz").status).to.equal(2);
    expect(inside("cmd_backup list --all").status).to.equal(2);
    const { status, output } = inside(`cmd_backup fetch s3:${named("99")}`);
    expect(status).to.equal(1);
    expect(output).to.contain(`there is no ${named("99")} in s3://${bucket}/archives`);
    server().fault("refuse");
    const listed = inside("cmd_backup list");
    expect(listed.status).to.equal(1);
    expect(listed.output).to.contain("S3 does not list the backups");
  });
});
