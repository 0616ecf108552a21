import { expect } from "chai";
import { makeZone } from "../support/aws/request";
import { freshAws } from "../support/aws/fresh";
import { History } from "../support/engine/history";
import { need } from "../support/need";
import { Project } from "../support/engine/project";

/** Commits whose stacks are updated in place: the oldest of all, and the one before the folders were moved. */
const programs = ["3eb8ef5", "c5fa851"];

/** What holds data, or what others stand on: neither replaced nor deleted by an update of the program. */
const lasting = [
  ...["rds/instance:Instance", "docdb/cluster:Cluster", "docdb/clusterInstance:ClusterInstance"],
  ...["elasticache/replicationGroup:ReplicationGroup", "s3/bucket:Bucket", "s3/bucketV2:BucketV2", "kms/key:Key"],
  ...["ec2/vpc:Vpc", "ec2/subnet:Subnet", "ec2/routeTable:RouteTable", "ec2/route:Route", "ec2/eip:Eip"],
  ...["ec2/routeTableAssociation:RouteTableAssociation", "ec2/internetGateway:InternetGateway"],
  ...["ec2/natGateway:NatGateway", "ec2/securityGroup:SecurityGroup", "iam/role:Role"],
  ...["lb/loadBalancer:LoadBalancer", "lb/targetGroup:TargetGroup", "cloudfront/distribution:Distribution"],
  ...["acm/certificate:Certificate", "ecs/cluster:Cluster", "ecs/service:Service", "ecr/repository:Repository"],
  ...["secretsmanager/secret:Secret", "ebs/volume:Volume", "ec2/instance:Instance", "cloudwatch/logGroup:LogGroup"],
].map((type) => `aws:${type}`);
const generated = /^(random|tls):/;

const loses = (change: string): boolean => {
  const [operation = "", type = ""] = change.split(" ");
  return /replace|delete/.test(operation) && (lasting.includes(type) || generated.test(type));
};

for (const older of programs) {
  describe(`update of a production stack that the program of ${older} made`, function () {
    this.timeout(2_400_000);
    let project: Project | undefined;
    const get = () => {
      if (project === undefined) throw new Error("there is no project");
      return project;
    };

    before(async function () {
      for (const program of ["pulumi", "git", "tar"]) need(this, program);
      freshAws(this);
      await makeZone("example.com");
      project = new Project("prod", {}, older);
      await project.init({ "ai-ecosystem:domain": "example.com", "ai-ecosystem:hostedZone": "example.com" });
      await project.succeed("up --yes --skip-preview");
      project.moveOn();
    });
    after(() => project?.remove());

    it("replaces and deletes nothing that holds data, and nothing that others stand on", async () => {
      const history = new History(get());
      const { status, output } = await history.run("up --yes --skip-preview");
      const changes = history.changes();
      if (process.env["UPGRADE_REPORT"] !== undefined) console.log(changes.join("\n"));
      expect(status, output).to.equal(0);
      expect(changes.filter(loses)).to.deep.equal([]);
    });

    it("has nothing left to do", () => get().succeed("preview --expect-no-changes"));
  });
}
