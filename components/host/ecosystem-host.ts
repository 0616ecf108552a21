import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { Permission } from "../../services/model/types";
import { backupBucket } from "../backup-bucket";
import { dataVolume } from "./data-volume";
import { firewall } from "./firewall";
import { push, ready } from "./push";
import { hostProfile } from "./role";

/** What the host runs, and with which content hash. */
export interface Release {
  /** 16 hexadecimal characters. */
  readonly id: pulumi.Output<string>;
  /** Base64 of a tar; secret, as it holds `.env`. */
  readonly archive: pulumi.Output<string>;
}

export interface EcosystemHostArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly subnetId: pulumi.Input<string>;
  /** Zone of the subnet; the data volume must be in it. */
  readonly zone: pulumi.Input<string>;
  /** T3, T3a or T4g. A change is a stop and a start. */
  readonly instanceType: string;
  /** @default "unlimited", as AWS has it for T3 and later unless the account has another default */
  readonly cpuCredits?: "standard" | "unlimited" | undefined;
  readonly rootVolumeGb: number;
  readonly dataVolumeGb: number;
  readonly backupRetentionDays: number;
  /** Backups go to a bucket as well. */
  readonly backupsInS3: boolean;
  /** Of the metrics that tell of them. @default nobody reads any */
  readonly metricNamespace?: string | undefined;
  readonly sshAllowedCidrs: readonly string[];
  /** Your own key pair (OpenSSH public key, PEM private key). @default a generated one */
  readonly sshKey?: { readonly publicKey: string; readonly privateKey: pulumi.Output<string> } | undefined;
  /** Bootstrap script; a change of it does not touch a running host. */
  readonly userData: string;
  /** Of the services, for the instance's role; its containers reach the role only when there are some. */
  readonly permissions: readonly Permission[];
  /** Refuse to delete the data volume and the backups. */
  readonly protectData: boolean;
  /**
   * Makes the release for the host's public address and, where there is one, the bucket of the backups. What the release
   * names may be told first that the host's security group comes in.
   */
  readonly release: (
    publicIp: pulumi.Output<string>,
    backups: pulumi.Output<string> | undefined,
    groupId: pulumi.Output<string>,
  ) => Release;
}

/** One EC2 host with a fixed address, a protected data volume, and the release that runs on it. */
export class EcosystemHost extends pulumi.ComponentResource {
  public readonly instanceId: pulumi.Output<string>;
  public readonly publicIp: pulumi.Output<string>;
  /** The host's own public key, e.g. `ssh-ed25519 AAAA…`. */
  public readonly hostKey: pulumi.Output<string>;
  /** PEM; secret. */
  public readonly sshPrivateKey: pulumi.Output<string>;
  public readonly releaseId: pulumi.Output<string>;
  /** When it is there, the release runs, and the host has told how its backups are. */
  public readonly pushed: pulumi.Resource;
  /** Bucket of the backups. */
  public readonly backups: pulumi.Output<string> | undefined;

  constructor(name: string, args: EcosystemHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:host:EcosystemHost", name, {}, opts);
    const inside = { parent: this };
    const architecture = args.instanceType.startsWith("t4g.") ? "arm64" : "x86_64";
    const ami = aws.ssm.getParameterOutput(
      { name: `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}` },
      inside,
    );
    const key = this.keyPair(name, args);
    this.sshPrivateKey = key.privateKey;
    const group = firewall(name, args, this);
    const backups = args.backupsInS3
      ? backupBucket(
          `${name}-backups`,
          {
            retentionDays: args.backupRetentionDays,
            protect: args.protectData,
            namespace: args.metricNamespace,
          },
          this,
        )
      : undefined;
    this.backups = backups?.name;
    const profile = hostProfile(name, args.permissions, backups?.statements ?? [], this);
    const address = new aws.ec2.Eip(`${name}-ip`, { domain: "vpc", tags: { Name: name } }, inside);
    const volume = dataVolume(
      name,
      {
        zone: args.zone,
        sizeGb: args.dataVolumeGb,
        snapshots: args.backupRetentionDays,
        account: aws.getCallerIdentityOutput({}, inside).accountId,
        protect: args.protectData,
      },
      this,
    );
    const instance = new aws.ec2.Instance(
      `${name}-instance`,
      {
        ami: ami.value,
        instanceType: args.instanceType,
        ...(args.cpuCredits === undefined ? {} : { creditSpecification: { cpuCredits: args.cpuCredits } }),
        subnetId: args.subnetId,
        vpcSecurityGroupIds: [group.id],
        iamInstanceProfile: profile.name,
        keyName: key.name,
        ebsOptimized: true,
        // hop limit 2: containers on a bridge network reach the role, which only their permissions need; bin/metadata-guard
        // on the host leaves it to those that have some
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          httpPutResponseHopLimit: args.permissions.length > 0 ? 2 : 1,
        },
        rootBlockDevice: {
          volumeType: "gp3",
          volumeSize: args.rootVolumeGb,
          encrypted: true,
          // default tags reach a root volume only when it is made
          tags: { Name: `${name}-root` },
        },
        userData: args.userData,
        tags: { Name: name },
      },
      {
        ...inside,
        // A newer AMI or another bootstrap must not replace a running host; everything else is a release.
        ignoreChanges: ["ami", "userData", "associatePublicIpAddress"],
        customTimeouts: { update: "15m" },
      },
    );
    const attachment = new aws.ec2.VolumeAttachment(
      `${name}-data`,
      { deviceName: "/dev/sdf", instanceId: instance.id, volumeId: volume.id, stopInstanceBeforeDetaching: true },
      // a volume is in one place at a time
      { ...inside, deleteBeforeReplace: true },
    );
    const association = new aws.ec2.EipAssociation(
      `${name}-ip`,
      { allocationId: address.allocationId, instanceId: instance.id },
      inside,
    );
    this.instanceId = instance.id;
    this.publicIp = address.publicIp;

    const connection = {
      host: address.publicIp,
      user: "ec2-user",
      privateKey: key.privateKey,
      dialErrorLimit: 60,
      perDialTimeout: 15,
    };
    const { hostKey } = ready(
      name,
      { connection, instanceId: instance.id },
      { ...inside, dependsOn: [attachment, association, ...group.ingressRules] },
    );
    this.hostKey = hostKey;
    const release = args.release(address.publicIp, this.backups, group.id);
    this.releaseId = release.id;
    this.pushed = push(
      name,
      // the key is there once the host has booted
      {
        connection: { ...connection, hostKey },
        instanceId: instance.id,
        releaseId: release.id,
        archive: release.archive,
      },
      inside,
    );
    this.registerOutputs({ instanceId: this.instanceId, publicIp: this.publicIp, releaseId: this.releaseId });
  }

  private keyPair(name: string, args: EcosystemHostArgs) {
    const inside = { parent: this };
    const own = args.sshKey;
    if (own !== undefined) {
      const pair = new aws.ec2.KeyPair(`${name}-key`, { publicKey: own.publicKey }, inside);
      return { name: pair.keyName, privateKey: own.privateKey };
    }
    const generated = new tls.PrivateKey(`${name}-key`, { algorithm: "ED25519" }, inside);
    const pair = new aws.ec2.KeyPair(
      `${name}-key`,
      { publicKey: generated.publicKeyOpenssh.apply((line) => line.trim()) },
      inside,
    );
    return { name: pair.keyName, privateKey: pulumi.secret(generated.privateKeyOpenssh) };
  }
}
