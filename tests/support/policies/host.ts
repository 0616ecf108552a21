import { MASK, resource, UNKNOWN } from "./resource";
import type { RuleCase } from "./cases";

const instance = (inputs: Record<string, unknown>, ignoreChanges: readonly string[] = []) =>
  resource("aws:ec2/instance:Instance", inputs, { ignoreChanges });
const metadata = (metadataOptions: unknown) => [instance({ metadataOptions })];
const volume = (inputs: Record<string, unknown>, protect = false) =>
  resource("aws:ebs/volume:Volume", inputs, { protect });
const database = "aws:rds/instance:Instance";
const mongo = "aws:docdb/cluster:Cluster";
const balancer = "aws:lb/loadBalancer:LoadBalancer";
const plan = (policyDetails: unknown, more: Record<string, unknown> = {}) =>
  resource("aws:dlm/lifecyclePolicy:LifecyclePolicy", { policyDetails, ...more }, { name: "plan" });
const schedule = (createRule: unknown, retainRule: unknown) => [plan({ schedules: [{ createRule, retainRule }] })];
const daily = { interval: 24, intervalUnit: "HOURS" };
const attachment = (inputs: Record<string, unknown>) => [resource("aws:ec2/volumeAttachment:VolumeAttachment", inputs)];

const plainInstance = instance({});
const elastic = resource("aws:ec2/eipAssociation:EipAssociation", {}, { name: "ip", uses: [plainInstance] });
const script =
  "#!/bin/bash\nTOKEN=$(curl -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254)\n";

export const hostCases: Readonly<Record<string, RuleCase>> = {
  "AIE-EC2-01": {
    bad: [[plainInstance], metadata({ httpTokens: "optional" }), metadata({ httpEndpoint: "enabled" })],
    good: [metadata({ httpTokens: "required" }), metadata({ httpEndpoint: "disabled" }), metadata(UNKNOWN)],
  },
  "AIE-EC2-02": {
    bad: [[plainInstance], metadata({ httpPutResponseHopLimit: 3 }), metadata({ httpPutResponseHopLimit: "64" })],
    good: [metadata({ httpPutResponseHopLimit: 1 }), metadata({ httpPutResponseHopLimit: 2 })],
  },
  "AIE-EC2-03": {
    bad: [metadata({ httpPutResponseHopLimit: 2 })],
    good: [metadata({ httpPutResponseHopLimit: 1 })],
  },
  "AIE-EC2-04": {
    bad: [
      [plainInstance],
      [instance({ rootBlockDevice: { encrypted: false } })],
      [
        instance({
          rootBlockDevice: { encrypted: true },
          ebsBlockDevices: [{ encrypted: true }, { deviceName: "/dev/sdg" }],
        }),
      ],
    ],
    good: [
      [instance({ rootBlockDevice: { encrypted: true }, ebsBlockDevices: [{ encrypted: true }] })],
      [instance({ rootBlockDevice: UNKNOWN })],
    ],
  },
  "AIE-EC2-06": {
    bad: [[instance({ associatePublicIpAddress: true })], [plainInstance, elastic]],
    good: [[plainInstance], [instance({ associatePublicIpAddress: false })]],
  },
  "AIE-EC2-07": {
    bad: [
      [instance({ userData: MASK })],
      [instance({ userData: "echo DB_PASSWORD=hunter2hunter2 > .env" })],
      [instance({ userDataBase64: Buffer.from("export OPENAI=sk-abcdefghijklmnopqrstuvwx").toString("base64") })],
      [instance({ userData: "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA" })],
    ],
    good: [[plainInstance], [instance({ userData: script })], [instance({ userData: "PASSWORD=${PASSWORD}" })]],
  },
  "AIE-EC2-12": {
    bad: [[instance({ ami: "resolve:ssm:/team/image" })]],
    good: [[instance({ ami: "resolve:ssm:/aws/service/ami-amazon-linux-latest/x" })], [instance({ ami: UNKNOWN })]],
  },
  "AIE-EC2-13": {
    bad: [[plainInstance], [instance({ userDataReplaceOnChange: true }, ["ami"])]],
    good: [[instance({}, ["ami", "userData"])]],
  },
  "AIE-DATA-01": { bad: [[volume({})], [volume({ encrypted: false })]], good: [[volume({ encrypted: true })]] },
  "AIE-DATA-03": {
    bad: [
      [volume({ tags: { backup: "a" } })],
      [volume({ tags: { backup: "a" } }), plan({ resourceTypes: ["VOLUME"], targetTags: { backup: "b" } })],
      [volume({ tags: { backup: "a" } }), plan({ resourceTypes: ["INSTANCE"], targetTags: { backup: "a" } })],
    ],
    good: [
      [volume({ tags: { backup: "a" } }), plan({ resourceTypes: ["VOLUME"], targetTags: { backup: "a" } })],
      [volume({ tags: UNKNOWN })],
    ],
  },
  "AIE-DATA-04": {
    bad: [
      [volume({})],
      ...[database, mongo].flatMap((type) => [
        [resource(type, { deletionProtection: true })],
        [resource(type, {}, { protect: true })],
      ]),
      [resource(balancer, { enableDeletionProtection: false })],
    ],
    good: [
      [volume({}, true)],
      ...[database, mongo].map((type) => [resource(type, { deletionProtection: true }, { protect: true })]),
      [resource(balancer, { enableDeletionProtection: true })],
    ],
  },
  "AIE-DATA-05": {
    bad: [
      schedule({ interval: 48, intervalUnit: "HOURS" }, {}),
      [plan({ schedules: [] })],
      [plan({ schedules: [{ createRule: daily }] }, { state: "DISABLED" })],
    ],
    good: [schedule(daily, {}), schedule({ cronExpression: "cron(0 3 * * ? *)" }, {})],
  },
  "AIE-DATA-06": {
    bad: [
      schedule(daily, { count: 3 }),
      schedule(daily, { interval: 5, intervalUnit: "DAYS" }),
      schedule(daily, {}),
      [resource(database, {})],
      [resource(mongo, { backupRetentionPeriod: 6 })],
    ],
    good: [
      ...[7, UNKNOWN].map((days) => [resource(database, { backupRetentionPeriod: days })]),
      [resource(mongo, { backupRetentionPeriod: 35 })],
      schedule(daily, { count: 7 }),
      schedule(daily, { interval: 1, intervalUnit: "WEEKS" }),
      schedule(daily, UNKNOWN),
    ],
  },
  "AIE-DATA-07": { bad: [attachment({})], good: [attachment({ stopInstanceBeforeDetaching: true })] },
};
