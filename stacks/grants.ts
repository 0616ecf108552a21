import * as pulumi from "@pulumi/pulumi";
import type { Grant } from "../components/fargate/roles";
import type { Catalogue } from "../services/catalogue";
import type { Settings } from "./settings";

/** What the tasks of a container may do in AWS: its files in the bucket, models, traces. */
export const grantsOf =
  (catalogue: Catalogue, bucketArn: pulumi.Output<string>, settings: Settings) =>
  (name: string): Grant[] => {
    const container = [...catalogue.services, ...catalogue.jobs].find((c) => c.name === name);
    const tracing = catalogue.services.find((s) => s.name === name)?.fargate?.tracing !== undefined;
    const keepsFiles = /^(chatwoot|librechat)/.test(name);
    return [
      ...((container?.mounts ?? []).length === 0
        ? []
        : [
            {
              sid: "Release",
              actions: ["s3:GetObject"],
              resources: [pulumi.interpolate`${bucketArn}/releases/*`],
            },
          ]),
      ...(keepsFiles
        ? [
            {
              sid: "Files",
              actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
              resources: [pulumi.interpolate`${bucketArn}/*`],
            },
            { sid: "List", actions: ["s3:ListBucket"], resources: [bucketArn] },
          ]
        : []),
      ...(settings.bedrock && name === "librechat"
        ? [
            {
              sid: "Bedrock",
              actions: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
              resources: ["arn:aws:bedrock:*::foundation-model/*", "arn:aws:bedrock:*:*:inference-profile/*"],
            },
          ]
        : []),
      // AWS has no resource level for traces
      ...(tracing
        ? [{ sid: "Traces", actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources: ["*"] }]
        : []),
    ];
  };
