import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../root";

/** What the AWS of the machine answers, by the beginning of the call. */
const answers = `
case "$*" in
  "ecs list-clusters"*sandbox*) echo None ;;
  "ecs list-clusters"*) echo arn:aws:ecs:eu-west-1:1:cluster/ai-ecosystem-prod-services-cluster-1a2b3c4 ;;
  "ec2 describe-instances"*) echo i-0a1b2c ;;
  "ecs describe-task-definition"*PGHOST*) echo ai-ecosystem-prod-data-postgres-9f8e-1a2b.x.rds.amazonaws.com ;;
  "ecs describe-task-definition"*) echo ai-ecosystem-prod-data-mongodb-1a2b.cluster-x.docdb.amazonaws.com ;;
  "rds describe-db-instances"*"Engine=='postgres'"*) echo ai-ecosystem-sandbox-data-postgres-1a2b ;;
  "rds describe-db-clusters"*) echo ai-ecosystem-sandbox-data-mongodb-1a2b ;;
  "resourcegroupstaggingapi get-resources"*) echo arn:aws:elasticache:eu-west-1:1:replicationgroup:ai-ecosystem-sandbox-data-redis-1a2b ;;
  "elasticache describe-replication-groups"*) echo ai-ecosystem-prod-data-redis-1a2b ;;
  "ecs run-task"*) echo arn:aws:ecs:eu-west-1:1:task/ai-ecosystem-prod-services-cluster-1a2b3c4/0a1b2c ;;
  *exitCode\\ *) echo "\${EXIT_CODE:-0}" ;;
  "ec2 describe-subnets"*) echo subnet-1,subnet-2 ;;
  "ec2 describe-security-groups"*) echo sg-1 ;;
  "ecs list-services"*) printf 'arn:one\\tarn:two\\n' ;;
  "ecs list-tasks"*) printf 'arn:a\\tarn:b\\tarn:c\\n' ;;
  "logs get-log-events"*) printf ' usename | count\\n' ;;
  "acm list-certificates"*) echo arn:aws:acm:eu-west-1:1:certificate/1a2b ;;
  "events list-rules"*) echo ai-ecosystem-prod-health-minutely-1a2b ;;
  *) echo answer ;;
esac
`;

/** What a shell of the machine did. */
export interface Session {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Calls of the AWS CLI, word by word. */
  readonly asked: readonly (readonly string[])[];
}

/** A machine with the files of the project, and programs that note how they are called and reach nothing. */
export class Machine {
  readonly #folder = mkdtempSync(join(tmpdir(), "runbooks-"));

  constructor() {
    const program = (name: string, script: string) => {
      writeFileSync(join(this.#folder, name), `#!/bin/bash\n${script}\n`);
      chmodSync(join(this.#folder, name), 0o755);
    };
    program("aws", `{ printf '%s\\037' "$@"; printf '\\036'; } >>"$ASKED"\n${answers}`);
    for (const name of "pulumi make curl dig sleep sudo ecosystem journalctl df free".split(" ")) program(name, ":");
    symlinkSync(join(root, "docs"), join(this.#folder, "docs"));
    for (const stack of ["prod", "sandbox"]) {
      writeFileSync(join(this.#folder, `Pulumi.${stack}.yaml`), 'config:\n  aws:region: "eu-west-1"\n');
    }
  }

  run(shell: string, script: string, environment: Readonly<Record<string, string>> = {}): Session {
    const notes = join(this.#folder, "asked");
    writeFileSync(notes, "");
    writeFileSync(join(this.#folder, "webhook.txt"), "");
    const { status, stdout, stderr } = spawnSync(shell, ["-c", script], {
      cwd: this.#folder,
      encoding: "utf8",
      timeout: 60_000,
      env: { PATH: `${this.#folder}:${process.env["PATH"] ?? ""}`, HOME: this.#folder, ASKED: notes, ...environment },
    });
    const calls = readFileSync(notes, "utf8").split("\u001e").slice(0, -1);
    return { status, stdout, stderr, asked: calls.map((call) => call.split("\u001f").slice(0, -1)) };
  }

  end(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
