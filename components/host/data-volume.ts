import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { snapshotRole } from "./role";

export interface DataVolumeArgs {
  readonly zone: pulumi.Input<string>;
  /** GB; it can grow, never shrink. */
  readonly sizeGb: number;
  /** Nightly snapshots that are kept. */
  readonly snapshots: number;
  readonly account: pulumi.Input<string>;
  /** Refuse to delete it. */
  readonly protect: boolean;
}

/** The volume that all data lives on, with nightly snapshots. It outlives the instance. */
export function dataVolume(name: string, args: DataVolumeArgs, parent: pulumi.Resource): aws.ebs.Volume {
  const tag = { "ai-ecosystem:snapshots": name };
  const volume = new aws.ebs.Volume(
    `${name}-data`,
    {
      availabilityZone: args.zone,
      size: args.sizeGb,
      type: "gp3",
      encrypted: true,
      // also when somebody states the intent to delete it
      finalSnapshot: true,
      tags: { Name: `${name}-data`, ...tag },
    },
    { parent, protect: args.protect, ignoreChanges: ["availabilityZone", "snapshotId"] },
  );
  const executionRoleArn = snapshotRole(name, args.account, parent);
  new aws.dlm.LifecyclePolicy(
    `${name}-snapshots`,
    {
      description: "Nightly snapshots of the data volume",
      executionRoleArn,
      state: "ENABLED",
      policyDetails: {
        resourceTypes: ["VOLUME"],
        targetTags: tag,
        schedules: [
          {
            name: "nightly",
            // after the host's own backup of 02:00, so that it is in the snapshot
            createRule: { interval: 24, intervalUnit: "HOURS", times: "03:00" },
            retainRule: { count: args.snapshots },
            tagsToAdd: { SnapshotCreator: "DLM" },
            copyTags: true,
          },
        ],
      },
    },
    { parent },
  );
  return volume;
}
