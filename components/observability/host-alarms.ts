import * as pulumi from "@pulumi/pulumi";
import { makeAlarm, type AlarmSpec } from "./alarm";
import { AlertTopic } from "./topic";

export interface HostAlarmsArgs {
  readonly stack: string;
  /** Region of the stack. */
  readonly region: string;
  readonly instanceId: pulumi.Input<string>;
  /** Is told of alarms. @default nobody; the host is mended all the same */
  readonly alertEmail?: string | undefined;
  /** Of the instance. @default AWS's own, unlimited */
  readonly cpuCredits?: "standard" | "unlimited" | undefined;
  /** Where the host tells how its backups are, and what it has told once. @default they stay on the host */
  readonly backups?: { readonly namespace: string; readonly sender: pulumi.Resource };
  /** Address of the folder `docs/runbooks`. @default its path in the repository is named */
  readonly runbookBaseUrl?: string | undefined;
}

/** An alarm, and what EC2 does by itself about it. */
interface HostAlarm {
  readonly spec: AlarmSpec;
  readonly action?: "recover" | "reboot";
}

const ec2 = (instanceId: pulumi.Input<string>, name: string, stat: string) => ({
  namespace: "AWS/EC2",
  name,
  stat,
  dimensions: { InstanceId: instanceId },
});

/** Whoever pays for more CPU must know; whoever does not gets less of it. */
const creditsAlarm = ({ instanceId, cpuCredits }: HostAlarmsArgs): AlarmSpec => ({
  id: "host-credits",
  runbook: "host-credits",
  period: 300,
  // a stopped host uses none
  missingData: "notBreaching",
  ...(cpuCredits === "standard"
    ? {
        meaning: "The host has nearly used up its CPU credits and is about to become very slow.",
        watch: ec2(instanceId, "CPUCreditBalance", "Minimum"),
        comparison: "<",
        threshold: 20,
        evaluate: [3, 3],
      }
    : {
        meaning: "The host uses more CPU than its price includes, and AWS charges for it.",
        watch: ec2(instanceId, "CPUSurplusCreditsCharged", "Sum"),
        comparison: ">",
        threshold: 0,
        evaluate: [1, 1],
      }),
});

/** Nobody looks at backups until one is needed. */
const backupAlarms = (namespace: string): readonly AlarmSpec[] => [
  {
    id: "host-backup-age",
    runbook: "host-backup",
    meaning: "No backup has reached S3 for 36 hours, or the host no longer tells: one more fault, and data is lost.",
    watch: { namespace, name: "BackupAgeHours", stat: "Maximum", dimensions: {} },
    comparison: ">",
    threshold: 36,
    period: 3600,
    evaluate: [3, 3],
    missingData: "breaching",
  },
  {
    id: "host-backup-failed",
    runbook: "host-backup",
    meaning: "The last backup failed: it was not made or sent, or a restore on trial did not give back what it has.",
    watch: { namespace, name: "BackupFailed", stat: "Maximum", dimensions: {} },
    comparison: ">=",
    threshold: 1,
    period: 3600,
    evaluate: [1, 1],
    // the other one tells of silence
    missingData: "ignore",
  },
];

const hostAlarms = (args: HostAlarmsArgs): readonly HostAlarm[] => [
  {
    action: "recover",
    spec: {
      id: "host-system",
      runbook: "host-system",
      meaning: "The machine under the host is broken; AWS moves the host to another one by itself.",
      watch: ec2(args.instanceId, "StatusCheckFailed_System", "Maximum"),
      comparison: ">=",
      threshold: 1,
      period: 60,
      evaluate: [2, 2],
      // stopped on purpose, perhaps
      missingData: "missing",
    },
  },
  {
    action: "reboot",
    spec: {
      id: "host-instance",
      runbook: "host-instance",
      meaning: "The host's system hangs (out of memory, disk, kernel); it is rebooted by itself.",
      watch: ec2(args.instanceId, "StatusCheckFailed_Instance", "Maximum"),
      comparison: ">=",
      threshold: 1,
      period: 60,
      // later than the other, which must win when both fail
      evaluate: [5, 5],
      missingData: "missing",
    },
  },
  { spec: creditsAlarm(args) },
  ...(args.backups === undefined ? [] : backupAlarms(args.backups.namespace).map((spec) => ({ spec }))),
];

/** The few alarms of the sandbox's host. */
export class HostAlarms extends pulumi.ComponentResource {
  /** Absent without an e-mail address. */
  public readonly topicArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: HostAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:observability:HostAlarms", name, {}, opts);
    const { stack, region, runbookBaseUrl } = args;
    this.topicArn =
      args.alertEmail === undefined
        ? undefined
        : new AlertTopic(`${name}-alerts`, { stack, region, email: args.alertEmail }, { parent: this }).arn;
    const topicArns = this.topicArn === undefined ? [] : [this.topicArn];
    for (const { spec, action } of hostAlarms(args)) {
      // an alarm that notifies nobody and does nothing is only a bill
      if (action === undefined && topicArns.length === 0) continue;
      makeAlarm(
        name,
        spec,
        // EC2 sends the metrics of an instance from its first minute
        {
          stack,
          runbookBaseUrl,
          actions: () => topicArns,
          senders: args.backups === undefined ? [] : [args.backups.sender],
        },
        this,
        action === undefined ? [] : [`arn:aws:automate:${region}:ec2:${action}`],
      );
    }
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
