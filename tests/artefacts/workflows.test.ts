import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { trusted } from "../../components/delivery/github-roles";
import { githubIssuer, githubTrust } from "../../components/delivery/github-trust";
import { mayAssume } from "../support/iam/iam";
import { need } from "../support/need";
import { jobsOf, workflowFiles, type PlacedJob } from "../support/workflows";
import { root } from "../support/root";

const files = workflowFiles();
const jobs = jobsOf(files);
const stepsOf = ({ job }: PlacedJob) => job.steps ?? [];
const label = ({ file, id }: PlacedJob): string => `${file}: ${id}`;

/** Kinds of jobs that a workflow's triggers make, as the end of GitHub's subject and the ref. */
function kinds({ workflow, job }: PlacedJob): readonly (readonly [context: string, ref: string])[] {
  const main = "refs/heads/main";
  return Object.keys(workflow.on).map((event) => {
    const ref = event === "pull_request" ? "refs/pull/7/merge" : main;
    if (job.environment !== undefined) return [`environment:${job.environment}`, ref] as const;
    return event === "pull_request" ? (["pull_request", ref] as const) : ([`ref:${main}`, ref] as const);
  });
}

describe("workflows", () => {
  it("are there", () => {
    expect(files.map((f) => f.file)).to.have.members([
      "check.yml",
      "deploy.yml",
      "drift.yml",
      "images.yml",
      "preview.yml",
    ]);
  });

  it("pass actionlint, their scripts shellcheck", function () {
    const actionlint = need(this, "actionlint");
    const shellcheck = need(this, "shellcheck");
    const lint = spawnSync(actionlint, ["-no-color", "-shellcheck", shellcheck], { cwd: root, encoding: "utf8" });
    expect(`${lint.stdout}${lint.stderr}`).to.equal("");
    const script = spawnSync(shellcheck, ["tools/ci/comment.sh", "dev/install-tools.sh", "tools/state-bucket.sh"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(`${script.stdout}${script.stderr}`).to.equal("");
  });

  it("pin every action by its commit, the version beside it, the same one everywhere", () => {
    const pins = new Map<string, string>();
    for (const { file, text } of files) {
      for (const [line, action = "", pin = ""] of text.matchAll(/^\s*(?:- )?uses: (?!\.\/)([^@\s]+)@?(.*)$/gm)) {
        expect(pin, `${file}: ${line.trim()}`).to.match(/^[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
        expect(pins.get(action) ?? pin, `${file}: ${action}`).to.equal(pin);
        pins.set(action, pin);
      }
    }
    expect(pins.size).to.be.greaterThan(4);
    const all = jobs.flatMap((j) => [j.job.uses, ...stepsOf(j).map((s) => s.uses)]).filter((u) => u !== undefined);
    expect(all.filter((u) => !u.startsWith("./") && !pins.has(u.split("@")[0] ?? ""))).to.be.empty;
  });

  it("say what they may do, and may do little", () => {
    for (const { file, workflow } of files) {
      expect(workflow.permissions, file).to.be.an("object");
      expect(
        Object.values(workflow.permissions ?? {}).filter((p) => p !== "read"),
        file,
      ).to.be.empty;
    }
    const writes = jobs.flatMap((j) =>
      Object.entries(j.job.permissions ?? {}).flatMap(([scope, access]) =>
        access === "write" ? [`${label(j)} ${scope}`] : [],
      ),
    );
    expect(writes).to.have.members([
      "deploy.yml: images id-token",
      "deploy.yml: up id-token",
      "drift.yml: drift id-token",
      "images.yml: mirror id-token",
      "preview.yml: cost pull-requests",
      "preview.yml: preview id-token",
      "preview.yml: preview pull-requests",
    ]);
  });

  it("never run a stranger's code with rights, and keep no secret at GitHub", () => {
    for (const { file, text, workflow } of files) {
      expect(Object.keys(workflow.on), file).not.to.include.members(["pull_request_target"]);
      expect(Object.keys(workflow.on), file).not.to.include.members(["workflow_run"]);
      expect(text, file).not.to.match(/\bsecrets[.[:]|AWS_SECRET_ACCESS_KEY|aws-access-key-id/);
    }
    const forPulls = jobs.filter((j) => "pull_request" in j.workflow.on);
    for (const j of forPulls.filter(({ job }) => job.permissions?.["id-token"] === "write")) {
      expect(j.job.if, label(j)).to.match(
        /^github\.event\.pull_request\.head\.repo\.full_name == github\.repository && /,
      );
    }
    for (const j of forPulls) {
      for (const step of stepsOf(j).filter((s) => s.env?.["GH_TOKEN"] !== undefined)) {
        expect(step.if, label(j)).to.equal("github.event.pull_request.head.repo.full_name == github.repository");
      }
    }
  });

  it("let nobody's branch take a role without the reviewers of an environment (AWS-19)", () => {
    const asking = jobs.filter((j) => "pull_request" in j.workflow.on && j.job.permissions?.["id-token"] === "write");
    expect(asking.map((j) => `${label(j)} ${String(j.job.environment)}`)).to.deep.equal([
      "preview.yml: preview preview",
    ]);
    const docs = readFileSync(join(root, "docs", "production.md"), "utf8");
    const environments = new Set(jobs.flatMap(({ job }) => job.environment ?? []));
    expect([...environments].filter((name) => !docs.includes(`environments/${name}`))).to.deep.equal([]);
  });

  it("run no script of a package but those that are allowed, whatever npm it is (SEC-2)", () => {
    const { allowScripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      allowScripts: Record<string, boolean>;
    };
    const allowed = Object.keys(allowScripts).filter((name) => allowScripts[name]);
    const lines = [
      ...jobs.flatMap((j) => stepsOf(j).map((s) => [label(j), s.run ?? ""] as const)),
      ["Makefile", readFileSync(join(root, "Makefile"), "utf8")] as const,
    ].filter(([, script]) => /\bnpm (?:ci|i|install)\b/.test(script));
    expect(lines.length).to.be.greaterThan(4);
    for (const [where, script] of lines) {
      const installs = script.match(/\bnpm (?:ci|i|install)\b.*/g) ?? [];
      for (const install of installs) expect(install, where).to.match(/^npm ci --ignore-scripts /);
      const rebuilt = [...script.matchAll(/\bnpm rebuild ([^-\n&]+)/g)].flatMap(([, names = ""]) =>
        names.trim().split(" "),
      );
      expect(rebuilt, where).to.have.members(allowed);
    }
    // packages that would run one, as the lock file knows them: each is decided on
    const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { hasInstallScript?: boolean; optional?: boolean }>;
    };
    const wanting = Object.entries(packages).flatMap(([path, p]) =>
      p.hasInstallScript === true && p.optional !== true ? [path.replace(/^.*node_modules\//, "")] : [],
    );
    expect([...new Set(wanting)].filter((name) => !(name in allowScripts))).to.deep.equal([]);
  });

  it("put no text from outside into a script, and leave no token on the disk", () => {
    for (const j of jobs) {
      for (const step of stepsOf(j)) {
        expect(step.run ?? "", label(j)).not.to.include("${{");
        if (step.uses?.startsWith("actions/checkout@") === true) {
          expect(step.with?.["persist-credentials"], label(j)).to.be.false;
        }
      }
    }
  });

  it("end, and never in the middle of `pulumi up`", () => {
    for (const j of jobs.filter(({ job }) => job.uses === undefined)) {
      expect(j.job["timeout-minutes"], label(j)).to.be.a("number");
    }
    const ups = jobs.filter((j) => stepsOf(j).some((s) => s.with?.["command"] === "up"));
    expect(ups.map(label)).to.deep.equal(["deploy.yml: up"]);
    for (const { job } of ups) {
      expect(job.environment).to.equal("production");
      expect(job.concurrency?.["cancel-in-progress"]).to.be.false;
    }
  });

  it("take the roles that trust them", () => {
    const found = new Set<string>();
    for (const j of jobs) {
      for (const step of stepsOf(j)) {
        const role = /vars\.AWS_(\w+)_ROLE/.exec(String(step.with?.["role-to-assume"]))?.[1]?.toLowerCase();
        if (role === undefined) continue;
        found.add(role);
        const trust = githubTrust("arn", "acme/desk", trusted[role as keyof typeof trusted]);
        for (const [context, ref] of kinds(j)) {
          const environment = j.job.environment === undefined ? {} : { environment: j.job.environment };
          const claims = { aud: "sts.amazonaws.com", repository: "acme/desk", ref, ...environment };
          const token = { ...claims, sub: `repo:acme/desk:${context}` };
          expect(mayAssume(trust, githubIssuer, token), `${label(j)} as ${context}`).to.be.true;
        }
      }
    }
    expect([...found]).to.have.members(Object.keys(trusted));
  });

  it("are told by variables that the documentation names, roles by the stack's outputs", () => {
    const docs = readFileSync(join(root, "docs", "production.md"), "utf8");
    const used = new Set(files.flatMap(({ text }) => [...text.matchAll(/\bvars\.(\w+)/g)].map((m) => m[1] ?? "")));
    expect([...used].filter((name) => !docs.includes(`\`${name}\``))).to.deep.equal([]);
    for (const { file, text } of files) {
      const [, said = ""] = /^# Variables of the repository: ([^.]+)\./ms.exec(text) ?? [];
      const own = new Set([...text.matchAll(/\bvars\.(\w+)/g)].map((m) => m[1] ?? ""));
      expect(
        [...own].filter((name) => !said.includes(name)),
        file,
      ).to.deep.equal([]);
    }
    const roles = [...used].flatMap((name) => /^AWS_(\w+)_ROLE$/.exec(name)?.[1]?.toLowerCase() ?? []);
    expect(roles).to.have.members(Object.keys(trusted));
    for (const role of roles)
      expect(docs).to.contain(`set AWS_${role.toUpperCase()}_ROLE`).and.contain(`\`${role}RoleArn\``);
  });

  it("use the project's version of pulumi, and tools that exist", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const versions = jobs.flatMap((j) => stepsOf(j)).filter((s) => s.uses?.startsWith("pulumi/actions@") === true);
    for (const step of versions) expect(step.with?.["pulumi-version"]).to.equal(dependencies["@pulumi/pulumi"]);
    const makefile = readFileSync(join(root, "Makefile"), "utf8");
    const scripts = jobs.flatMap((j) => stepsOf(j)).map((s) => s.run ?? "");
    for (const [, target = ""] of scripts.join("\n").matchAll(/\bmake (?:-C \S+ )?([a-z-]+)/g)) {
      expect(makefile, `make ${target}`).to.match(new RegExp(`^${target}:`, "m"));
    }
    for (const [, tool = ""] of scripts.join("\n").matchAll(/\btools\/([\w/-]+\.(?:ts|sh))\b/g)) {
      expect(() => readFileSync(join(root, "tools", tool))).not.to.throw();
    }
  });
});
