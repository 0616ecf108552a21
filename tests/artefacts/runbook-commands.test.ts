import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../support/root";

describe("the commands of the runbooks", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "runbooks-"));
    const program = (name: string, script: string) => {
      writeFileSync(join(folder, name), `#!/bin/bash\n${script}\n`);
      chmodSync(join(folder, name), 0o755);
    };
    const endpoints = {
      mongodb: "desk-docdb-1a2b.cluster-x.docdb.amazonaws.com",
      postgres: "desk-db-9f8e-1a2b.x.rds.amazonaws.com",
    };
    program(
      "pulumi",
      `case $* in
         *databaseEndpoints*) echo '${JSON.stringify(endpoints, null, 2)}' ;;
         *clusterName*) echo desk ;;
         *) echo eu-west-1 ;;
       esac`,
    );
    program(
      "aws",
      `printf '[%s]' "$@" >>${folder}/asked; echo >>${folder}/asked
       case "$1 $2" in
         'ecs list-services') printf 'arn:one\\tarn:two\\n' ;;
         'ecs list-tasks') printf 'arn:a\\tarn:b\\tarn:c\\n' ;;
       esac`,
    );
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Variables are never split into words, as in zsh. */
  const run = (script: string) => {
    const { status, stdout, stderr } = spawnSync("bash", ["-c", `IFS=; . docs/runbooks/env.sh prod; ${script}`], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    });
    expect(status, stderr).to.equal(0);
    return { stdout, asked: readFileSync(join(folder, "asked"), "utf8") };
  };

  it("ask of each service and task by itself, in the shell of a Mac, too", () => {
    expect(run("services").asked).to.match(/describe-services.*\[--services\]\[arn:one\]\[arn:two\]\n/);
    expect(run("stopped desk").asked).to.match(/describe-tasks.*\[--tasks\]\[arn:a\]\[arn:b\]\[arn:c\]\n/);
  });

  it("know the databases that are in use, also where one was restored beside another", () => {
    expect(run('echo "$PG $MONGO $AWS_REGION"').stdout.trim()).to.equal("desk-db-9f8e-1a2b desk-docdb-1a2b eu-west-1");
  });
});
