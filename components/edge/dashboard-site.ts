import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { renderLegacyPaths } from "../../templates/cloudfront";
import { bucketPolicy, privateBucket } from "../bucket";
import { viewer, type ViewerArgs } from "./cdn";
import type { AccessLogs } from "./logs";
import { awsPolicies, securityHeaders } from "./cloudfront-policies";
import type { EdgeRoute } from "./routes";

export interface DashboardArgs extends ViewerArgs {
  readonly domain: string;
  readonly routes: readonly EdgeRoute[];
  /** Path -> text; plain paths, as they decide how many objects there are. */
  readonly files: Readonly<Record<string, pulumi.Input<string>>>;
  readonly logs: AccessLogs;
  readonly forceDestroy: boolean;
}

export interface Dashboard {
  readonly bucket: aws.s3.Bucket;
  readonly distribution: aws.cloudfront.Distribution;
}

const types: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
};

function contentType(path: string): string {
  const type = types[path.split(".").at(-1) ?? ""];
  if (type === undefined) throw new Error(`dashboard: no content type is known for ${path}`);
  return type;
}

const slug = (path: string): string => path.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/**
 * The dashboard: static files in a bucket that only its distribution reads. It has a distribution of its own, for
 * CloudFront chooses the origin by path and not by host; one more costs nothing.
 */
export function dashboard(name: string, args: DashboardArgs, parent: pulumi.Resource): Dashboard {
  const inside = { parent };
  const site = privateBucket(
    name,
    { forceDestroy: args.forceDestroy, replacedDays: 30, fleeting: ["health.json"] },
    parent,
  );
  const { bucket } = site;
  for (const [path, content] of Object.entries(args.files)) {
    new aws.s3.BucketObjectv2(
      `${name}-${slug(path)}`,
      // asked for again each time, and not sent again when it is the same
      { bucket: site.name, key: path, content, contentType: contentType(path), cacheControl: "no-cache" },
      inside,
    );
  }
  new aws.s3.BucketLogging(
    `${name}-logging`,
    { bucket: bucket.id, targetBucket: args.logs.name, targetPrefix: "s3/dashboard/" },
    inside,
  );
  const access = new aws.cloudfront.OriginAccessControl(
    `${name}-access`,
    {
      description: "Dashboard",
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    },
    inside,
  );
  const headers = securityHeaders(
    `${name}-headers`,
    {
      comment: "Dashboard",
      framable: false,
      contentSecurityPolicy: "default-src 'self'; frame-ancestors 'self'; base-uri 'self'; object-src 'none'",
    },
    parent,
  );
  const legacyPaths = new aws.cloudfront.Function(
    `${name}-legacy-paths`,
    {
      runtime: "cloudfront-js-2.0",
      comment: "Paths of the first version lead to the hosts of today",
      publish: true,
      code: renderLegacyPaths(args.routes, { apex: args.domain, scheme: "https", port: 443 }),
    },
    inside,
  );
  const distribution = new aws.cloudfront.Distribution(
    `${name}-cdn`,
    {
      ...viewer(args),
      comment: `${name}: static files`,
      aliases: [args.domain],
      defaultRootObject: "index.html",
      origins: [{ originId: "bucket", domainName: bucket.bucketRegionalDomainName, originAccessControlId: access.id }],
      defaultCacheBehavior: {
        targetOriginId: "bucket",
        viewerProtocolPolicy: "redirect-to-https",
        compress: true,
        allowedMethods: ["GET", "HEAD", "OPTIONS"],
        cachedMethods: ["GET", "HEAD"],
        // as long as each object says: `health.json` for seconds, everything else until it was asked for again
        cachePolicyId: awsPolicies.cachingOptimized,
        responseHeadersPolicyId: headers.id,
        functionAssociations: [{ eventType: "viewer-request", functionArn: legacyPaths.arn }],
      },
      tags: { Name: name },
    },
    inside,
  );
  bucketPolicy(
    name,
    site,
    [
      {
        sid: "CloudFrontReads",
        service: "cloudfront.amazonaws.com",
        action: "s3:GetObject",
        path: "*",
        condition: { StringEquals: { "AWS:SourceArn": distribution.arn } },
      },
    ],
    parent,
  );
  return { bucket, distribution };
}
