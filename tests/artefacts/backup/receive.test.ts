import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HostFolder, type Ran } from "../../support/host/scripts";
import { need } from "../../support/need";
import { startS3, type S3Server } from "../../support/s3/server";

const key = "anotherStacksKey0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL";
const bucket = "backups-of-another";
const name = "ai-ecosystem-20260131T020000Z.tar.gz";

describe("an archive from elsewhere", function () {
  let s3: S3Server | undefined;
  const server = (): S3Server => s3 ?? expect.fail("there is no S3 server");
  let host: HostFolder;
  let file: string;

  /** `ecosystem backup receive`, with what comes on its standard input. */
  const receive = (head: object, body: Buffer = Buffer.alloc(0), before = ""): Ran => {
    writeFileSync(join(host.home, "sent"), Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]));
    return host.inside(`unset -f curl; ${before}\ncmd_backup_receive <"$ECOSYSTEM_HOME/sent"`);
  };
  const here = (): string => host.inside('ls -A "$BACKUPS"').stdout.trim();
  const bytes = () => statSync(file).size;
  /** A fresh address of the sealed archive. */
  const address = () =>
    host
      .inside(`${server().environment}\naws s3 presign s3://${bucket}/archives/${name}.sealed --expires-in 600`)
      .stdout.trim();

  before(function () {
    for (const program of ["jq", "python3", "openssl", "curl", "tar"]) need(this, program);
    return startS3(this).then((started) => {
      s3 = started;
      s3.bucket(bucket);
      const maker = new HostFolder();
      writeFileSync(join(maker.home, "noise"), randomBytes(4_000_000));
      const { status, output } = maker.inside(`
        cd "$ECOSYSTEM_HOME"; archive begin made
        sum=$(archive add made volumes/noise.tar 0 <noise)
        jq -n --arg sum "$sum" '{version: 1, created: "then", release: "r", reason: "trial", images: {}, sha256: {"volumes/noise.tar": $sum},
          contents: {postgres: {}, mongodb: {}, redis: {}, volumes: {noise: 1}}}' | archive end made
        python3 "$RELEASE/bin/lib/seal.py" seal 3<<<'${key}' <made >sealed
        ${s3.environment}
        aws s3api put-object --bucket ${bucket} --key archives/${name}.sealed --body sealed >/dev/null`);
      expect(status, output).to.equal(0);
      file = `${maker.home}.tar.gz`;
      copyFileSync(join(maker.home, "made"), file);
      maker.remove();
    });
  });
  beforeEach(() => {
    host = new HostFolder();
    server().fault("");
  });
  afterEach(() => {
    host.remove();
  });
  after(() => {
    s3?.stop();
  });

  it("comes over the line, whole and for root alone, and once", () => {
    const first = receive({ name, bytes: bytes() }, readFileSync(file));
    expect(first.status, first.output).to.equal(0);
    expect(first.output).to.contain(`${name} is here, and whole`);
    expect(host.inside(`cmp "$BACKUPS/${name}" ${file} && stat -c %a "$BACKUPS/${name}"`).stdout.trim()).to.equal(
      "600",
    );
    const again = receive({ name, bytes: bytes() });
    expect(again.status, again.output).to.equal(0);
    expect(again.output).to.contain("is here already");
  });

  it("is fetched from an address and opened with the key of the stack that made it; neither is an argument", () => {
    const url = address();
    const watch = `
      ( while :; do cat /proc/[0-9]*/cmdline | tr '\\0' ' ' || :; done >"$ECOSYSTEM_HOME/seen" 2>/dev/null ) & trap "kill $! || :" EXIT
      # as slow as a line is
      curl() { command curl --limit-rate 3M "$@"; }`;
    const { status, output } = receive({ name, bytes: bytes(), url, key }, Buffer.alloc(0), watch);
    expect(status, output).to.equal(0);
    expect(host.inside(`cmp "$BACKUPS/${name}" ${file} && echo same`).stdout.trim()).to.equal("same");
    expect(host.read("seen")).to.contain("curl").and.contain("seal.py");
    // its own signature: other programs of this machine have theirs
    const signature = /[?&](?:X-Amz-)?Signature=([^&]+)/.exec(url)?.[1] ?? expect.fail(`${url} is not signed`);
    for (const text of [output, host.read("seen")]) expect(text).not.to.contain(key).and.not.contain(signature);
  });

  it("is not kept with another key, damaged, cut off, or gone, and it is said why", () => {
    const cases: readonly (readonly [string, () => Ran, RegExp])[] = [
      [
        "key",
        () => receive({ name, bytes: bytes(), url: address(), key: "x".repeat(64) }),
        /it was sealed with the key/,
      ],
      [
        "gone",
        () => receive({ name, bytes: bytes(), url: address().replace(name, `no-${name}`), key }),
        /error|403|404/,
      ],
      [
        "short",
        () => receive({ name, bytes: bytes() }, readFileSync(file).subarray(0, 70_000)),
        /70000 bytes came, and not/,
      ],
      [
        "damaged",
        () => {
          const body = readFileSync(file);
          body.writeUInt8(body.readUInt8(2_000_000) ^ 1, 2_000_000);
          return receive({ name, bytes: bytes() }, body);
        },
        /damaged/,
      ],
      ["no address", () => receive({ name, bytes: 1, url: 'file:///etc/shadow" --next', key }), /no address/],
    ];
    for (const [what, run, words] of cases) {
      const { status, output } = run();
      expect(status, `${what}: ${output}`).to.equal(1);
      expect(output, what).to.match(words).and.contain("nothing was changed");
      expect(here(), what).to.equal("");
    }
  });

  it("does not take the room that the databases need, nor the place of another archive", () => {
    const full = receive({ name, bytes: bytes() }, readFileSync(file), "free_in() { echo 5000; }");
    expect(full.status).to.equal(1);
    expect(full.output).to.contain("Next: raise dataVolumeGb");
    writeFileSync(join(host.home, "data/backups", name), "another");
    const taken = receive({ name, bytes: bytes() }, readFileSync(file));
    expect(taken.status).to.equal(1);
    expect(taken.output).to.contain("another archive is at");
    expect(host.read(`data/backups/${name}`)).to.equal("another");
  });

  it("has a name and a length, or the command is refused", () => {
    for (const head of [{}, { name: "../../etc/cron.d/x", bytes: 1 }, { name }, "archive"] as object[]) {
      const { status, output } = receive(head);
      expect(status, output).to.equal(2);
    }
  });
});
