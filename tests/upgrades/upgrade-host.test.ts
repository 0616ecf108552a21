import { expect } from "chai";
import { freshAws } from "../support/aws/fresh";
import { bootedHost, standIn } from "../support/engine/host";
import { History } from "../support/engine/history";
import { need } from "../support/need";
import { Project } from "../support/engine/project";
import { SshServer } from "../support/host/ssh-server";

/** The commit whose program makes the host. */
const older = "c5fa851";

describe("update of a host that an older program made", function () {
  const server = new SshServer();
  let project: Project | undefined;

  before(async function () {
    for (const program of ["pulumi", "git", "tar"]) need(this, program);
    const sshd = need(this, "sshd");
    freshAws(this);
    await server.start(sshd, bootedHost);
    project = new Project("sandbox", {}, older);
    standIn(server, project);
    await project.init();
    await project.succeed("up --yes --skip-preview");
    project.moveOn();
    standIn(server, project);
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
      // of the reference to the stack itself: which stores the host has
      "create pulumi:providers:pulumi default",
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
