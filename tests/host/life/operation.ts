import { expect } from "chai";
import { home, services, type GetLife } from "./life";
import { Stores } from "./stores";

interface HealthReport {
  readonly healthy: boolean;
  readonly services: Readonly<Record<string, { readonly state: string }>>;
  readonly http: readonly { readonly name: string; readonly ok: boolean }[];
}

interface BackupReport {
  readonly ok: boolean;
  readonly file: string;
  readonly contents: { readonly postgres: Readonly<Record<string, Readonly<Record<string, number>>>> };
}

const account = "Kept by the backup";
const accounts = "public.accounts";
const file = `${home}/data/volumes/ai-eco-jupyter/kept-by-the-backup.txt`;

export function operation(life: GetLife): void {
  describe("operation", () => {
    const ssh = (command: string) => life().shell.run(command);
    const stores = new Stores(life);
    const sql = (statement: string) => stores.sql(statement);
    const mongo = (expression: string) => stores.mongo(expression);
    const rows = () => sql(`SELECT count(*) FROM accounts WHERE name = '${account}'`);
    const documents = () => mongo(`messages.countDocuments({ text: "${account}" })`);

    it("tells over SSH that everything is healthy", () => {
      const status = ssh("ecosystem status");
      expect(status.status, status.output).to.equal(0);
      for (const name of services) expect(status.stdout).to.match(new RegExp(`^${name} +running +healthy `, "m"));
      expect(status.stdout).to.contain("Everything is healthy.");
      const health = ssh("ecosystem health --json");
      expect(health.status, health.output).to.equal(0);
      const report = JSON.parse(health.stdout) as HealthReport;
      expect(report.healthy).to.be.true;
      expect(Object.keys(report.services)).to.have.members(services);
      expect(report.http).to.have.lengthOf(5);
    });

    it("backs up, loses and restores rows, documents and files", () => {
      sql(`INSERT INTO accounts (name, created_at, updated_at) VALUES ('${account}', now(), now())`);
      mongo(`messages.insertOne({ text: "${account}" }).acknowledged`);
      life().host.succeed(`umask 022; echo '${account}' >${file}; chown 1000:100 ${file}`);
      // a dump of more than a pipe holds: what only lists it ends before it has read all of it
      sql(
        "CREATE TABLE IF NOT EXISTS of_real_size AS SELECT g AS id, gen_random_uuid()::text || gen_random_uuid()::text AS noise FROM generate_series(1, 400000) AS g",
      );
      const rowsBefore = Number(sql("SELECT count(*) FROM accounts"));

      const backup = ssh("ecosystem backup --json");
      expect(backup.status, backup.output).to.equal(0);
      const report = JSON.parse(backup.stdout) as BackupReport;
      expect(report.ok).to.be.true;
      expect(report.contents.postgres["chatwoot_production"]?.["public.of_real_size"]).to.equal(400_000);
      expect(report.contents.postgres["chatwoot_production"]?.[accounts]).to.equal(rowsBefore);

      sql(`DELETE FROM accounts WHERE name = '${account}'`);
      mongo(`messages.deleteMany({ text: "${account}" }).deletedCount`);
      life().host.succeed(`rm ${file}`);
      expect([rows(), documents()]).to.deep.equal(["0", "0"]);

      const restore = ssh(`ecosystem restore ${report.file} --yes`);
      expect(restore.status, restore.output).to.equal(0);
      expect(restore.stdout).to.contain("Restored and proven");
      expect([rows(), documents()]).to.deep.equal(["1", "1"]);
      expect(Number(sql("SELECT count(*) FROM accounts"))).to.equal(rowsBefore);
      expect(sql("SELECT count(*) FROM of_real_size")).to.equal("400000");
      sql("DROP TABLE of_real_size");
      expect(life().host.succeed(`cat ${file}; stat -c %u:%g ${file}`)).to.equal(`${account}\n1000:100\n`);
      life().healthy();
    });

    it("asks nobody twice: two backups at once run one after the other", () => {
      const both = life().host
        .run(`for i in 1 2; do ecosystem backup --json >/tmp/backup.$i 2>/tmp/errors.$i & done; wait
        cat /tmp/backup.1 /tmp/backup.2`);
      const files = [...both.stdout.matchAll(/"file": "([^"]+)"/g)].map(([, path]) => path);
      expect(new Set(files).size, both.output).to.equal(2);
    });

    it("takes back a restore that was killed while Redis was down, with its own advice (HOST-2)", async () => {
      const backup = ssh("ecosystem backup --json");
      const { file: archive } = JSON.parse(backup.stdout) as BackupReport;
      sql(`INSERT INTO accounts (name, created_at, updated_at) VALUES ('after the backup', now(), now())`);
      const after = () => sql("SELECT count(*) FROM accounts WHERE name = 'after the backup'");
      // killed at the moment when Redis is stopped: its files are as good as gone
      const killed = life().host.run(`
        setsid ecosystem restore ${archive} --yes >/tmp/restore.out 2>&1 &
        group=$!
        until grep -q '^    Redis' /tmp/restore.out; do kill -0 $group || exit 9; sleep 0.1; done
        redis=$(docker ps -aq --filter label=com.docker.compose.project=ai-ecosystem --filter label=com.docker.compose.service=redis)
        until [ "$(docker inspect -f '{{.State.Status}}' $redis)" = exited ]; do sleep 0.05; done
        kill -9 -- -$group; wait $group || true; cat /tmp/restore.out`);
      expect(killed.output).not.to.contain("comparing with the archive");
      // the entrance is up, and says that the applications are not
      const { status } = await life().host.ask(life().output("n8nUrl"));
      expect(status).to.be.within(500, 504);
      const start = ssh("ecosystem start");
      expect(start.status, start.output).to.equal(1);
      const advice = /back to before: (ecosystem restore \S+ --yes)/.exec(start.output)?.[1] ?? "no advice";
      expect(ssh("ecosystem doctor").output).to.contain(advice);
      const back = ssh(advice);
      expect(back.status, back.output).to.equal(0);
      expect(back.output).to.contain("Restored and proven");
      expect(after()).to.equal("1");
      life().healthy();
      expect(life().host.run(`ls ${home}/state/restore.json`).status).not.to.equal(0);
      sql("DELETE FROM accounts WHERE name = 'after the backup'");
    });

    it("goes into maintenance when its queues are empty, stays there over a push, and loses nothing", async () => {
      sql(`INSERT INTO accounts (name, created_at, updated_at) VALUES ('in the maintenance', now(), now())`);
      const redis = (words: string) =>
        life().host.succeed(
          `docker exec "$(docker ps -q --filter label=com.docker.compose.project=ai-ecosystem --filter label=com.docker.compose.service=redis)" sh -c 'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli ${words}'`,
        );
      // nobody works this queue off: it is in the way until it goes
      redis("SADD queues left");
      redis("LPUSH queue:left job");
      const on = life().shell.start("ecosystem maintenance on --minutes 5");
      await on.says("waiting: 1 jobs of chatwoot-sidekiq");
      expect((await life().host.ask(life().output("n8nUrl"))).status).to.equal(503);
      redis("DEL queue:left");
      redis("SREM queues left");
      const { status, output } = await on.ended;
      expect(status, output).to.equal(0);
      const running = () =>
        [...life().host.containers()].filter(([, c]) => c.status === "running").map(([name]) => name);
      const stores = ["nginx", "postgres", "mongodb", "redis"];
      expect(running()).to.have.members(stores);
      expect((await life().host.ask(life().output("dashboardUrl"))).status).to.equal(200);
      life().project.edit("templates/nginx/nginx.conf", "client_max_body_size", "# pushed\n  client_max_body_size");
      const push = await life().up();
      life().project.restore("templates/nginx/nginx.conf");
      expect(push).to.contain("its applications stay stopped");
      expect(running()).to.have.members(stores);
      const { status: away, headers } = await life().host.ask(life().output("n8nUrl"));
      expect({ away, again: headers["retry-after"] }).to.deep.equal({ away: 503, again: "300" });
      expect(ssh("ecosystem doctor").output).to.contain("in maintenance since");
      const off = ssh("ecosystem maintenance off");
      expect(off.status, off.output).to.equal(0);
      expect(sql("SELECT count(*) FROM accounts WHERE name = 'in the maintenance'")).to.equal("1");
      sql("DELETE FROM accounts WHERE name = 'in the maintenance'");
      life().healthy();
    });

    it("notices a service that stopped, and starts it again", () => {
      life().host.succeed(`docker stop ${life().host.containers().get("librechat")?.id ?? ""}`);
      const health = ssh("ecosystem health --json");
      expect(health.status, health.output).to.equal(3);
      const report = JSON.parse(health.stdout) as HealthReport;
      expect(report.healthy).to.be.false;
      expect(report.services["librechat"]?.state).to.equal("exited");
      expect(report.http.filter((h) => !h.ok).map((h) => h.name.split(".")[0])).to.deep.equal(["chat"]);
      expect(ssh("ecosystem status").status).to.equal(3);
      const start = ssh("ecosystem start");
      expect(start.status, start.output).to.equal(0);
      life().healthy();
      expect(ssh("ecosystem status").status).to.equal(0);
    });
  });
}
