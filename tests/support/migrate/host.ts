import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { backupKey } from "../../../services/dump";
import { envName } from "../../../services/model/values";
import { sandboxCatalogue, sandboxRelease } from "../fixtures";
import { HostFolder, machine, type Ran } from "../host/scripts";
import type { MongodbStandIn } from "../mongodb/server";
import type { PostgresServer } from "../postgres";
import type { S3Server } from "../s3/server";
import { files, secret } from "./data";

/** Redis as files: a line of `keys` is a key, of `waiting` an answer for each time that a queue is counted, the last one for ever. */
const redisCli = `#!/bin/bash
case "$*" in
  'INFO keyspace') echo "db0:keys=$(wc -l <"$REDIS_AT/keys"),expires=0" ;;
  'INFO persistence') printf 'rdb_bgsave_in_progress:0\\nrdb_last_bgsave_status:ok\\n' ;;
  'CONFIG GET dir') printf 'dir\\n%s\\n' "$REDIS_AT" ;;
  'CONFIG GET dbfilename') printf 'dbfilename\\nkeys\\n' ;;
  *EVAL*) head -n 1 "$REDIS_AT/waiting"; [ "$(wc -l <"$REDIS_AT/waiting")" = 1 ] || sed -i 1d "$REDIS_AT/waiting" ;;
esac
`;

/** What a host's stores are in a test. */
export interface HostStores {
  readonly postgres: PostgresServer;
  readonly mongodb: MongodbStandIn;
  readonly s3: S3Server;
  /** Of its backups. */
  readonly bucket: string;
  readonly key: string;
}

/** A host with stores of its own that people log in to over SSH: what \`ssh\` of its folder \`laptop\` is told is run in it. */
export class WholeHost extends HostFolder {
  constructor(readonly stores: HostStores) {
    const fixed = sandboxCatalogue().secrets.filter((s) => s.fixed === true && s.id !== backupKey.id);
    const keys = fixed.map(({ id }) => `${envName(id)}='${secret(id)}'\n`).join("");
    super(sandboxRelease({}, `${keys}${envName(backupKey.id)}='${stores.key}'\n`));
    const facts = JSON.parse(this.read("current/release.json")) as object;
    const backups = { bucket: stores.bucket, region: "us-east-1" };
    writeFileSync(join(this.home, "current/release.json"), JSON.stringify({ ...facts, backups }));
    this.inside("volumes");
    for (const [path, { text }] of Object.entries(files)) this.file(path, text);
    for (const folder of ["laptop", "redis/bin"]) mkdirSync(join(this.home, folder), { recursive: true });
    writeFileSync(join(this.home, "redis/keys"), "queue\nretry\n");
    this.waiting("0 0");
    writeFileSync(join(this.home, "redis/bin/redis-cli"), redisCli, { mode: 0o755 });
    writeFileSync(join(this.home, "redis/bin/redis-check-rdb"), "#!/bin/sh\n", { mode: 0o755 });
    const ssh = `#!/bin/bash\nexport ECOSYSTEM_HOME='${this.home}' RELEASE='${this.home}/current'\n${machine}\n${this.machine}\neval "\${!#}"\n`;
    writeFileSync(join(this.home, "laptop/ssh"), ssh, { mode: 0o755 });
  }

  /** A file of a volume. */
  file(path: string, text: string): void {
    const file = join(this.home, "data/volumes", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  /** How much waits in each queue, and how much is for later, each time that somebody looks. */
  waiting(...counts: readonly string[]): void {
    writeFileSync(join(this.home, "redis/waiting"), `${counts.join("\n")}\n`);
  }
  /** What is stopped. */
  get down(): readonly string[] {
    return this.has("down") ? this.read("down").trim().split("\n").filter(Boolean) : [];
  }
  /** Whatever somebody says over SSH. */
  said(command: string): Ran {
    return this.bash(`${this.machine}\n${command}`);
  }

  /** Docker that knows what is stopped, its stores being this test's. */
  private get machine(): string {
    const { postgres, mongodb, s3 } = this.stores;
    return `
${s3.environment}
${mongodb.environment}
export PROGRAMS="$PATH:${dirname(process.execPath)}"
store() { # SERVICE COMMAND...: in its container
  shift
  env PATH="$ECOSYSTEM_HOME/redis/bin:$PROGRAMS" PGHOST=${postgres.host} PGPORT=${postgres.port} PGSSLMODE=require \\
    POSTGRES_PASSWORD='${postgres.superuser.password}' MONGO_INITDB_ROOT_USERNAME=root MONGO_INITDB_ROOT_PASSWORD=m REDIS_AT="$ECOSYSTEM_HOME/redis" "$@"
}
docker() {
  local sub name at=$ECOSYSTEM_HOME/down
  touch "$at"
  case "$1 $2" in
    'ps -aq') jq -r '.services[].name, .jobs[].name' "$RELEASE/release.json" ;;
    'inspect '*) shift; jq -n --rawfile down "$at" --argjson jobs "$(jq -c '[.jobs[].name]' "$RELEASE/release.json")" '($down | split("\\n")) as $down | [$ARGS.positional[] | . as $name
      | ($jobs | index($name)) as $job | ($down | index($name)) as $off
      | {Id: $name, RestartCount: 0, Config: {Image: "", Labels: {"com.docker.compose.service": $name}},
         State: {Status: (if $job or $off then "exited" else "running" end), ExitCode: 0, Health: {Status: "healthy"}, StartedAt: "", OOMKilled: false}}]' --args "$@" ;;
    'compose '*)
      shift
      while [[ $1 == -* ]]; do shift 2; done
      sub=$1
      shift
      case $sub in
        stop) printf '%s\\n' "$@" | sort -u - "$at" >"$at.new"; mv "$at.new" "$at" ;;
        start|up) if [[ "$sub $*" == up* && $* != *--no-deps* ]]; then rm -f "$at"
          else for name; do sed -i "/^$name$/d" "$at"; done; fi ;;
        exec)
          [ "$1" != -T ] || shift
          [ "$1" != -e ] || shift 2
          store "$@" ;;
      esac ;;
  esac
}
curl() { if [[ " $* " == *" -K "* ]]; then command curl "$@"; else echo 200; fi; }
# the host's commands have a PATH of their own
aws() { PATH=$PROGRAMS command aws "$@"; }
python3() { PATH=$PROGRAMS command python3 "$@"; }
sync() { :; }
sudo() { "$@"; }
ecosystem() { bash "$ECOSYSTEM_HOME/current/bin/ecosystem" "$@"; }
export -f store docker curl aws python3 sync sudo ecosystem
`;
  }
}
