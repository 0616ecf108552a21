import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { profilesOf } from "../../../settings/aws/login";
import { awsEnvironment } from "../../../settings/aws/environment";
import type { ParsedAws } from "../../../settings/aws/settings";
import { valueOf } from "../../../record/record";
import { prodSettings } from "../../support/recorded/profile";
import { recordProd } from "../../support/recorded/prod";
import { root } from "../../support/root";

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const cluster = "arn:aws:ecs:eu-central-1:111122223333:cluster/desk";

/** STS that gives each role keys of its own, and an ECS that knows no cluster; notes who asked for what. */
async function fakeAws() {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      const key = /Credential=(\w+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "nobody";
      const assumed = new URLSearchParams(body).get("RoleArn");
      if (assumed === null) {
        asked.push(`${key} ${String(request.headers["x-amz-target"]).split(".").at(-1) ?? ""}`);
        response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
        response.end(JSON.stringify({ __type: "ClusterNotFoundException", message: "Cluster not found." }));
        return;
      }
      const given = new URLSearchParams(body);
      asked.push([key, given.get("Action"), assumed, given.get("ExternalId"), given.get("DurationSeconds")].join(" "));
      const name = assumed.split("/").at(-1) ?? "";
      response.writeHead(200, { "content-type": "text/xml" });
      response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
        <AccessKeyId>KEYOF${name}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
        <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>${assumed}</Arn>
        <AssumedRoleId>x</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { asked, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe("the account of what calls AWS beside the provider", function () {
  const inRegion = (aws: Partial<ParsedAws>): ParsedAws => ({ region: "eu-central-1", ...aws });

  it("is the shell's for a stack that says nothing of it, whose jobs then do not run again", () => {
    expect(awsEnvironment(inRegion({}))).to.deep.equal({});
  });

  it("follows the keys of the stack (AWS-3)", () => {
    expect(awsEnvironment(inRegion({ profile: "customer-a" }))).to.deep.equal({
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      AWS_SESSION_TOKEN: "",
      AWS_PROFILE: "customer-a",
    });
    expect(awsEnvironment(inRegion({ accessKey: "a", secretKey: "b" }))).to.deep.equal({
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      AWS_SESSION_TOKEN: "",
      AWS_PROFILE: "",
    });
    const rest = awsEnvironment(
      inRegion({
        sharedConfigFiles: ["/c"],
        sharedCredentialsFiles: ["/d"],
        endpoints: [{ logs: "https://logs.example.com" }, { ecs: "https://ecs.example.com", s3: "https://s3" }],
        useFipsEndpoint: true,
        useDualstackEndpoint: true,
        customCaBundle: "/ca.pem",
      }),
    );
    expect(rest).to.deep.equal({
      AWS_CONFIG_FILE: "/c",
      AWS_SHARED_CREDENTIALS_FILE: "/d",
      AWS_ENDPOINT_URL_ECS: "https://ecs.example.com",
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: "https://logs.example.com",
      AWS_USE_FIPS_ENDPOINT: "true",
      AWS_USE_DUALSTACK_ENDPOINT: "true",
      AWS_CA_BUNDLE: "/ca.pem",
      NODE_EXTRA_CA_CERTS: "/ca.pem",
    });
  });

  it("is that of every job and check of a deployment, and a secret where its key is", async () => {
    const commands = async (settings: Parameters<typeof recordProd>[3]) => {
      const { resources } = await recordProd({}, undefined, { reveal: true }, settings);
      return (
        resources
          .filter((r) => r.type === "command:local:Command" && /-(run|verify)$/.test(r.name))
          .map((r) => r.inputs["environment"] as Record<string, unknown>)
          // as a whole a secret
          .map((environment) => Object.values(environment)[0] as Record<string, unknown>)
      );
    };
    const plain = await commands({ "aws:profile": "customer-a" });
    expect(plain).to.have.length.greaterThan(8);
    for (const environment of plain) {
      expect(environment).to.include({ AWS_PROFILE: "customer-a", AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "" });
    }
    for (const environment of await commands({})) expect(environment).not.to.have.property("AWS_PROFILE");
    const { awsEnvironment: hidden } = prodSettings(
      {},
      { "aws:accessKey": "AKIAIOSFODNN7EXAMPLE", "aws:secretKey": "x" },
    );
    expect(await valueOf(hidden["AWS_SECRET_ACCESS_KEY"])).to.equal("x");
    expect(typeof hidden["AWS_SECRET_ACCESS_KEY"]).to.equal("object");
  });

  const chain = { roles: [{ roleArn: role("a"), externalId: "x1", duration: 3600 }, { roleArn: role("b") }] };
  const sources: readonly (readonly [string, Readonly<Record<string, string>>, string, RegExp])[] = [
    ["a profile", { AWS_PROFILE: "work", AWS_ACCESS_KEY_ID: "k" }, "", /^source_profile = work$/m],
    ["keys", { AWS_PROFILE: "", AWS_ACCESS_KEY_ID: "k" }, "[default]", /^credential_source = Environment$/m],
    [
      "a token",
      { AWS_WEB_IDENTITY_TOKEN_FILE: "/t", AWS_ROLE_ARN: role("z") },
      "",
      /role\/z\nweb_identity_token_file = \/t[^]*source_profile = ai-ecosystem-role-web$/m,
    ],
    ["a container", { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://x" }, "", /^credential_source = EcsContainer$/m],
    ["the default profile", {}, "[default]\naws_access_key_id = x", /^source_profile = default$/m],
    ["the machine", {}, "", /^credential_source = Ec2InstanceMetadata$/m],
  ];
  for (const [what, env, files, expected] of sources) {
    it(`assumes the first role with ${what}, and each next one with the one before`, () => {
      const { text: profiles, profile } = profilesOf(chain, env, files);
      expect(profiles).to.match(expected);
      expect(profile).to.equal("ai-ecosystem-role-2");
      expect(profiles).to.match(
        /\[profile ai-ecosystem-role-2\]\nrole_arn = .*role\/b\nsource_profile = ai-ecosystem-role-1$/m,
      );
    });
  }

  it("takes a role by a token first, where there is one", () => {
    const webIdentity = { roleArn: role("w"), webIdentityTokenFile: "/token" };
    const { text: profiles, profile } = profilesOf({ webIdentity, roles: [] }, {}, "");
    expect(profiles).to.equal(
      `[profile ai-ecosystem-role-0]\nrole_arn = ${role("w")}\nweb_identity_token_file = /token`,
    );
    expect(profile).to.equal("ai-ecosystem-role-0");
  });

  for (const base of ["keys of the shell", "a profile of the stack"]) {
    it(`assumes the roles in a real job, with ${base}, and says whose account it has to be`, async () => {
      const { asked, server, url } = await fakeAws();
      const home = mkdtempSync(join(tmpdir(), "home-"));
      const config = join(home, "config");
      writeFileSync(config, "[profile work]\naws_access_key_id = KEYOFwork\naws_secret_access_key = s\n");
      const aws = inRegion({
        assumeRoles: [{ roleArn: role("a"), externalId: "x1", duration: "1h" }, { roleArn: role("b") }],
        ...(base === "keys of the shell" ? {} : { profile: "work" }),
      });
      const child = spawn("node", ["--require", "tsx/cjs", "components/fargate/commands/run-task.ts"], {
        cwd: root,
        env: {
          PATH: process.env["PATH"],
          HOME: home,
          TMPDIR: home,
          AWS_CONFIG_FILE: config,
          AWS_ENDPOINT_URL: url,
          AWS_REGION: "eu-central-1",
          AWS_ACCESS_KEY_ID: "KEYOFshell",
          AWS_SECRET_ACCESS_KEY: "s",
          ...awsEnvironment(aws),
          ...{
            JOB: "prepare",
            PURPOSE: "p",
            CLUSTER: cluster,
            TASK_DEFINITION: "d:1",
            SUBNETS: "a",
            SECURITY_GROUPS: "b",
          },
        },
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (data: Buffer) => (output += data.toString()));
      const [code] = (await once(child, "close")) as [number];
      server.close();
      const first = base === "keys of the shell" ? "KEYOFshell" : "KEYOFwork";
      expect(asked, output).to.deep.equal([
        `${first} AssumeRole ${role("a")} x1 3600`,
        `KEYOFa AssumeRole ${role("b")}  3600`,
        "KEYOFb ListTasks",
      ]);
      expect(code).to.equal(1);
      expect(output).to.contain("prepare: account 111122223333, region eu-central-1");
      expect(output).to.match(/Cluster not found\.\n.*must be of account 111122223333, region eu-central-1/);
      expect(readdirSync(home).filter((name) => name.startsWith("ai-ecosystem"))).to.deep.equal([]);
      rmSync(home, { recursive: true });
    });
  }
});
