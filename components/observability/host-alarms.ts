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
        { stack, runbookBaseUrl, actions: () => topicArns, senders: [] },
        this,
        action === undefined ? [] : [`arn:aws:automate:${region}:ec2:${action}`],
      );
    }
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
