import { join } from "node:path";
import { expect } from "chai";
import { freshAws } from "../support/aws/fresh";
import { History } from "../support/engine/history";
import { need } from "../support/need";
import { Project } from "../support/engine/project";
import { SshServer } from "../support/host/ssh-server";

/** The commit whose program makes the host. */
const older = "c5fa851";

/** A host that has booted, and takes every release that it is sent, by either program. */
const sudo = `
cd "$(dirname "$0")"
case "$1 $2" in
  "cloud-init status" | "grep -q") ;;
  "bash -c") cat >/dev/null; echo older >>pushes ;;
  "bash -s") cat >/dev/null; echo "$4" >>pushes ;;
  *) exit 2 ;;
esac
`;

describe("update of a host that an older program made", function () {
  this.timeout(900_000);
  const server = new SshServer();
  let project: Project | undefined;

  /** The emulated instance runs nothing: the real OpenSSH server stands at its address. */
  const answering = (stack: Project) => {
    const component = "components/host/ecosystem-host.ts";
    const address = `host: address.publicIp.apply(() => "127.0.0.1"),\n      port: ${String(server.port)},`;
    stack.edit(component, "host: address.publicIp,\n", `${address}\n`);
    stack.edit(component, 'user: "ec2-user"', `user: "${server.user}"`);
    const key = JSON.stringify(server.read("user"));
    stack.edit(component, "privateKey: key.privateKey,\n", `privateKey: pulumi.secret(${key}),\n`);
    stack.edit("components/host/push.ts", "/etc/ssh/ssh_host_ed25519_key.pub", join(server.folder, "host.pub"));
  };

  before(async function () {
    for (const program of ["pulumi", "git", "tar"]) need(this, program);
    const sshd = need(this, "sshd");
    freshAws(this);
    await server.start(sshd, sudo);
    project = new Project("sandbox", {}, older);
    answering(project);
    await project.init();
    await project.succeed("up --yes --skip-preview");
    project.moveOn();
    answering(project);
  });
  after(() => {
    project?.remove();
    server.stop();
  });

  it("is a push of the new release, and leaves nothing to do", async () => {
    if (project === undefined) throw new Error("there is no project");
    const history = new History(project);
    const { status, output } = await history.run("up --yes --skip-preview");
    expect(status, output).to.equal(0);
    expect(history.changes()).to.deep.equal([
      "create aws:s3/bucket:Bucket ai-ecosystem-sandbox-host-backups",
      "create aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration ai-ecosystem-sandbox-host-backups-lifecycle",
      "create aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration ai-ecosystem-sandbox-host-backups-lock",
      "create aws:s3/bucketOwnershipControls:BucketOwnershipControls ai-ecosystem-sandbox-host-backups-ownership",
      "create aws:s3/bucketPolicy:BucketPolicy ai-ecosystem-sandbox-host-backups-policy",
      "create aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock ai-ecosystem-sandbox-host-backups-private",
      "create aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration ai-ecosystem-sandbox-host-backups-encryption",
      "create aws:s3/bucketVersioning:BucketVersioning ai-ecosystem-sandbox-host-backups-versioning",
      "create random:index/randomId:RandomId ai-ecosystem-sandbox-host-push-request",
      "create random:index/randomPassword:RandomPassword ai-ecosystem-sandbox-secrets-backup-key",
      "create random:index/randomPassword:RandomPassword ai-ecosystem-sandbox-secrets-data-mcp-token",
      "create random:index/randomPassword:RandomPassword ai-ecosystem-sandbox-secrets-n8n-runners-token",
      "update aws:iam/rolePolicy:RolePolicy ai-ecosystem-sandbox-host-role-policy",
      "update command:remote:Command ai-ecosystem-sandbox-host-push",
    ]);
    expect(server.read("pushes").trim().split("\n")).to.deep.equal(["older", project.outputs()["releaseId"]]);
    await project.succeed("preview --expect-no-changes");
  });
});
