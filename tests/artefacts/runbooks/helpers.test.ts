import { expect } from "chai";
import { need } from "../../support/need";
import { Machine } from "../../support/runbooks/machine";

for (const shell of ["bash", "zsh"]) {
  describe(`the commands of the runbooks, in ${shell}`, () => {
    let machine: Machine;
    before(function () {
      need(this, shell);
    });
    beforeEach(() => {
      machine = new Machine();
    });
    afterEach(() => {
      machine.end();
    });
    const run = (script: string, environment = {}) => {
      const session = machine.run(shell, `. docs/runbooks/env.sh prod; ${script}`, environment);
      return { ...session, last: session.asked.map((words) => words.join(" ")).at(-1) ?? "" };
    };

    it("ask of each service and task by itself", () => {
      expect(run("services").last).to.match(/describe-services.* --services arn:one arn:two$/);
      expect(run("stopped desk").last).to.match(/describe-tasks.* --tasks arn:a arn:b arn:c$/);
    });

    it("know the databases that are in use, also where one was restored beside another", () => {
      expect(run('echo "$PG $MONGO $AWS_REGION"').stdout.trim()).to.equal(
        "ai-ecosystem-prod-data-postgres-9f8e-1a2b ai-ecosystem-prod-data-mongodb-1a2b eu-west-1",
      );
    });

    it("know the managed stores of a host, and say where its services are", () => {
      const on = (script: string) => machine.run(shell, `. docs/runbooks/env.sh sandbox; ${script}`);
      expect(on('echo "$PG $MONGO $REDIS"').stdout.trim()).to.equal(
        ["postgres", "mongodb", "redis"].map((store) => `ai-ecosystem-sandbox-data-${store}-1a2b`).join(" "),
      );
      for (const command of ["services", "logs n8n", "restart n8n", "scale n8n 1 2", 'sql "select 1"', "events n8n"]) {
        const { status, stderr, asked } = on(command);
        expect(status, command).to.equal(1);
        expect(stderr, command).to.contain("sandbox is a host:  aws ssm start-session --target i-0a1b2c");
        expect(asked.at(-1)?.[0], command).to.equal("resourcegroupstaggingapi");
      }
    });

    it("restart and scale what is named, in the stack's cluster", () => {
      const cluster = "ai-ecosystem-prod-services-cluster-1a2b3c4";
      expect(run("restart n8n").last).to.contain(
        `update-service --cluster ${cluster} --service n8n --force-new-deployment`,
      );
      expect(run("scale n8n 2 5").last).to.contain(`service/${cluster}/n8n --min-capacity 2 --max-capacity 5`);
    });

    it("ask PostgreSQL by a task of the job that sets it up, whatever the question has in it", () => {
      const query = `select 'it''s', "a\\b"\nfrom t`;
      const { asked, stdout, status } = run(`sql ${JSON.stringify(query).replaceAll("\\n", "\n")} n8n`);
      expect(status).to.equal(0);
      const call = asked.find((words) => words[1] === "run-task") ?? [];
      const word = (option: string) => call[call.indexOf(option) + 1] ?? "";
      const { containerOverrides } = JSON.parse(word("--overrides")) as {
        containerOverrides: { name: string; command: string[]; environment: object[] }[];
      };
      expect(containerOverrides).to.deep.equal([
        {
          name: "postgres-setup",
          command: ["--no-psqlrc", "--set=ON_ERROR_STOP=1", `--command=${query.replace("\n", " ")}`],
          environment: [{ name: "PGDATABASE", value: "n8n" }],
        },
      ]);
      expect(word("--task-definition")).to.equal("ai-ecosystem-prod-services-postgres-setup-task");
      expect(word("--network-configuration")).to.contain("subnets=[subnet-1,subnet-2],securityGroups=[sg-1]");
      expect(stdout).to.contain("usename | count");
    });

    it("say why a question has no answer", () => {
      const { status, stderr } = run('sql "select"', { EXIT_CODE: "3" });
      expect(status).to.equal(1);
      expect(stderr).to.contain("answer");
    });

    it("open a port of a host, and say what there is in production", () => {
      expect(run("tunnel 80 8080").stderr).to.contain("sql");
      const { asked } = machine.run(shell, ". docs/runbooks/env.sh sandbox; tunnel 80 8080");
      expect(asked.at(-1)?.join(" ")).to.match(/start-session --target i-0a1b2c .*portNumber=80,localPortNumber=8080$/);
    });

    it("are about the stack that was named, whatever the shell held before, and need no Pulumi", () => {
      const stale = { STACK: "old", PULUMI_STACK: "old", AWS_REGION: "us-east-1", CLUSTER: "old" };
      const say = 'echo "$STACK $PULUMI_STACK $AWS_REGION $CLUSTER"';
      expect(run(say, stale).stdout).to.equal("prod prod eu-west-1 ai-ecosystem-prod-services-cluster-1a2b3c4\n");
      const there = machine.run(shell, `. docs/runbooks/env.sh other sa-east-1 && ${say}`, stale);
      expect(there.stdout).to.match(/^other other sa-east-1 /);
      const none = machine.run(shell, ". docs/runbooks/env.sh none && echo there");
      expect(none.stdout).to.equal("");
      expect(none.stderr).to.contain("There is no Pulumi.none.yaml");
    });
  });
}
