import * as pulumi from "@pulumi/pulumi";
import type { Language } from "../../services/model/types";
import { makeAlarm, type AlarmSpec } from "./alarm";
import type { ObservedStores } from "./observed-stack";
import { dataAlarms } from "./tables/data";
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
  /** Where the host tells how its backups are. @default they stay on the host */
  readonly backups?: { readonly namespace: string } | undefined;
  /** The managed stores of the host. @default its own */
  readonly stores?: ObservedStores | undefined;
  /** When it is there, backups and stores have told once: alarms for which silence is bad come after it. */
  readonly pushed: pulumi.Resource;
  /** Address of the folder `docs/runbooks`. @default its path in the repository is named */
  readonly runbookBaseUrl?: string | undefined;
  /** Of what the alarms say. */
  readonly language: Language;
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
        meaning: {
          en: "The host has nearly used up its CPU credits and is about to become very slow.",
          es: "El host casi ha gastado sus créditos de CPU y está a punto de volverse muy lento.",
        },
        watch: ec2(instanceId, "CPUCreditBalance", "Minimum"),
        comparison: "<",
        threshold: 20,
        evaluate: [3, 3],
      }
    : {
        meaning: {
          en: "The host uses more CPU than its price includes, and AWS charges for it.",
          es: "El host usa más CPU de la que incluye su precio, y AWS la cobra.",
        },
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
    meaning: {
      en: "No backup has reached S3 for 36 hours, or the host no longer tells: one more fault, and data is lost.",
      es: "Hace 36 horas que no llega ninguna copia a S3, o el host ya no informa: con otra avería se pierden datos.",
    },
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
    meaning: {
      en: "The last backup failed: it was not made or sent, or a restore on trial did not give back what it has.",
      es: "La última copia falló: no se hizo o no se envió, o una restauración de prueba no devolvió lo que contiene.",
    },
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
      meaning: {
        en: "The machine under the host is broken; AWS moves the host to another one by itself.",
        es: "La máquina bajo el host está averiada; AWS pasa el host a otra por sí mismo.",
      },
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
      meaning: {
        en: "The host's system hangs (out of memory, disk, kernel); it is rebooted by itself.",
        es: "El sistema del host no responde (sin memoria, disco, kernel); se reinicia por sí mismo.",
      },
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
  // production's
  ...(args.stores === undefined ? [] : dataAlarms(args.stores).map((spec) => ({ spec }))),
];

/** The few alarms of a host, and those of its managed stores. */
export class HostAlarms extends pulumi.ComponentResource {
  /** Absent without an e-mail address. */
  public readonly topicArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: HostAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:observability:HostAlarms", name, {}, opts);
    const { stack, region, runbookBaseUrl, language, pushed } = args;
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
          language,
          actions: () => topicArns,
          senders: [pushed],
        },
        this,
        action === undefined ? [] : [`arn:aws:automate:${region}:ec2:${action}`],
      );
    }
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
