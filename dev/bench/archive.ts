import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { HostFolder } from "../../tests/support/host/scripts";
import type { Line } from "./lines";
import { BenchError, inTurn } from "./measure";

const volume = "ai-eco-jupyter";
const fileMb = 4;

/** Files of which a half can be compressed. @returns their MB */
function fill(folder: string, gigabytes: number): number {
  mkdirSync(folder, { recursive: true });
  const count = Math.max(1, Math.round((gigabytes * 1000) / fileMb));
  for (let i = 0; i < count; i++) {
    const noise = randomBytes(fileMb * 500_000);
    writeFileSync(join(folder, `${i}`), Buffer.concat([noise, Buffer.alloc(noise.length, `line ${i} of a text\n`)]));
  }
  return count * fileMb;
}

/**
 * The host's own scripts on a folder of this machine, without its stores: a backup with its verification and a restore of
 * files, against tar and gzip alone. Of 0.3 GB, or BENCH_GB.
 */
export async function archiveLines(rounds: number, progress: (round: number) => void): Promise<Line[]> {
  const host = new HostFolder();
  try {
    const data = join(host.home, "data/volumes");
    const mb = fill(join(data, volume), Number(process.env["BENCH_GB"] ?? "0.3"));
    const timed = (script: string) => () => {
      const start = performance.now();
      const { status, output } = host.inside(`
        pg() { :; }; pg_databases() { :; }; mongo_databases() { :; }; redis_dump() { :; }; redis_keys() { echo 0; }
        mkdir -p $(fact '.volumes[] | select(.backup != "none") | .name' | sed "s|^|$DATA/volumes/|")
        cd "$ECOSYSTEM_HOME"
        ${script}`);
      if (status !== 0) throw new BenchError(output);
      return (performance.now() - start) / 1000;
    };
    const archived = "data/backups/bench.tar.gz";
    const [backup = [], packed = [], restore = [], unpacked = []] = await inTurn(
      [
        timed(`made=$(make_backup bench); mv "$made" ${archived}`),
        timed(`tar -C data/volumes -cf - . | gzip -1 >packed.tar.gz; gzip -t packed.tar.gz`),
        timed(
          `[ -e ${archived} ] || exit 1; verify_archive ${archived} full; part ${archived} volumes/${volume}.tar | folder_restore ${volume}`,
        ),
        timed(`gzip -t packed.tar.gz; rm -rf data/volumes/${volume}/*; tar -C data/volumes -xzf packed.tar.gz`),
      ],
      rounds,
      progress,
    );
    return [
      {
        what: `backup of ${mb} MB of files, MB (written and verified)`,
        seconds: backup,
        operations: mb,
        against: { what: "tar | gzip -1, gzip -t", seconds: packed },
      },
      {
        what: `restore of ${mb} MB of files, MB (verified before)`,
        seconds: restore,
        operations: mb,
        against: { what: "gzip -t, tar -x", seconds: unpacked },
      },
    ];
  } finally {
    host.remove();
  }
}
