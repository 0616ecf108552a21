import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { idleSeconds } from "../../services/model/limits";
import { renderFrames, renderHeaderNames } from "../../templates/cloudfront";
import type { LoadBalancer } from "./load-balancer";
import { originSecretHeader } from "./origin-secret";
import {
  assetCache,
  awsPolicies,
  briefCache,
  securityHeaders,
  uncachedErrors,
  viewerRequest,
} from "./cloudfront-policies";
import type { BehaviourPlan, EdgePlan, EdgeRoute } from "./routes";

export interface ViewerArgs {
  /** Issued, in us-east-1, for all names. */
  readonly certificateArn: pulumi.Input<string>;
  readonly webAclArn: pulumi.Input<string>;
}

export interface CdnArgs extends ViewerArgs {
  readonly domain: string;
  readonly routes: readonly EdgeRoute[];
  readonly plan: EdgePlan;
  readonly balancer: LoadBalancer;
  /** Value of the secret header that the load balancer asks for. */
  readonly secret: pulumi.Input<string>;
}

/** What all distributions have in common. */
export const viewer = (args: ViewerArgs) => ({
  enabled: true,
  httpVersion: "http2and3",
  isIpv6Enabled: true,
  // customers may be anywhere
  priceClass: "PriceClass_All",
  restrictions: { geoRestriction: { restrictionType: "none" } },
  viewerCertificate: {
    acmCertificateArn: args.certificateArn,
    sslSupportMethod: "sni-only",
    minimumProtocolVersion: "TLSv1.2_2021",
  },
  webAclId: args.webAclArn,
});

const everyMethod = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
const origin = "load-balancer";

/** Headers of the answers, by who may frame the pages and by how long browsers keep the files. */
function pageHeaders(name: string, parent: pulumi.Resource) {
  const policies = new Map<string, aws.cloudfront.ResponseHeadersPolicy>();
  // a stricter one breaks the applications
  const contentSecurityPolicy = "frame-ancestors 'self'; base-uri 'self'; object-src 'none'";
  return (framable: boolean, briefly: boolean): aws.cloudfront.ResponseHeadersPolicy => {
    const key = `${name}-${framable ? "framable" : "headers"}${briefly ? "-briefly" : ""}`;
    const policy =
      policies.get(key) ??
      securityHeaders(
        key,
        framable
          ? { comment: "Pages whose application decides who may frame them", framable, briefly }
          : { comment: "Pages that only their own site may frame", framable, briefly, contentSecurityPolicy },
        parent,
      );
    policies.set(key, policy);
    return policy;
  };
}

/**
 * The distribution of all applications. It keeps static files and passes everything else on as it came: methods,
 * cookies, WebSockets and streams. A stream must say something every 60 s, a WebSocket every 10 minutes.
 */
export function cdn(name: string, args: CdnArgs, parent: pulumi.Resource): aws.cloudfront.Distribution {
  const headersOf = pageHeaders(name, parent);
  const assets = assetCache(name, parent);
  const briefly = briefCache(name, parent);
  const request = viewerRequest(name, parent);
  const edgeFunction = (part: string, comment: string, code: string) =>
    new aws.cloudfront.Function(
      `${name}-${part}`,
      { runtime: "cloudfront-js-2.0", comment, publish: true, code },
      { parent },
    );
  const frames = edgeFunction(
    "frames",
    "Who may frame pages of a path that hosts share",
    renderFrames(args.routes, { apex: args.domain, scheme: "https", port: 443 }),
  );
  const headerNames = edgeFunction(
    "header-names",
    "Headers that reach the applications, under names that the load balancer takes",
    renderHeaderNames(),
  );
  const behaviour = ({ kept, framable }: Omit<BehaviourPlan, "prefix">) => ({
    targetOriginId: origin,
    viewerProtocolPolicy: "redirect-to-https",
    compress: true,
    responseHeadersPolicyId: headersOf(framable, kept === "briefly").id,
    // one for each event at most
    functionAssociations: [
      ...(kept === "no" ? [{ eventType: "viewer-request", functionArn: headerNames.arn }] : []),
      ...(framable ? [{ eventType: "viewer-response", functionArn: frames.arn }] : []),
    ],
    cachedMethods: ["GET", "HEAD"],
    ...(kept === "no"
      ? {
          allowedMethods: everyMethod,
          cachePolicyId: awsPolicies.cachingDisabled,
          originRequestPolicyId: request.id,
        }
      : {
          allowedMethods: ["GET", "HEAD", "OPTIONS"],
          cachePolicyId: (kept === "long" ? assets : briefly).id,
        }),
  });
  return new aws.cloudfront.Distribution(
    `${name}-cdn`,
    {
      ...viewer(args),
      comment: `${name}: applications`,
      aliases: [...args.plan.hosts],
      origins: [
        {
          originId: origin,
          domainName: args.balancer.dnsName,
          customHeaders: [{ name: originSecretHeader, value: args.secret }],
          customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            // the certificate is checked against the host that is passed on
            originProtocolPolicy: "https-only",
            originSslProtocols: ["TLSv1.2"],
            originReadTimeout: 60,
            originKeepaliveTimeout: idleSeconds.cdn,
          },
        },
      ],
      defaultCacheBehavior: behaviour({ kept: "no", framable: false }),
      orderedCacheBehaviors: args.plan.behaviours.map((plan) => ({
        pathPattern: `${plan.prefix}*`,
        ...behaviour(plan),
      })),
      customErrorResponses: uncachedErrors,
      tags: { Name: `${name}-applications` },
    },
    // the load balancer takes a new secret before CloudFront sends it
    { parent, dependsOn: [...args.balancer.rules] },
  );
}
