import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { renderFrames } from "../../templates/cloudfront";
import type { LoadBalancer } from "./load-balancer";
import { originSecretHeader } from "./origin-secret";
import { assetCache, awsPolicies, securityHeaders, uncachedErrors, viewerRequest } from "./policies";
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

/**
 * The distribution of all applications. It keeps static files and passes everything else on as it came: methods,
 * cookies, WebSockets and streams. A stream must say something every 60 s, a WebSocket every 10 minutes.
 */
export function cdn(name: string, args: CdnArgs, parent: pulumi.Resource): aws.cloudfront.Distribution {
  const closed = securityHeaders(
    `${name}-headers`,
    {
      comment: "Pages that only their own site may frame",
      framable: false,
      // a stricter one breaks the applications
      contentSecurityPolicy: "frame-ancestors 'self'; base-uri 'self'; object-src 'none'",
    },
    parent,
  );
  const open = securityHeaders(
    `${name}-framable`,
    { comment: "Pages whose application decides who may frame them", framable: true },
    parent,
  );
  const assets = assetCache(name, parent);
  const request = viewerRequest(name, parent);
  const frames = new aws.cloudfront.Function(
    `${name}-frames`,
    {
      runtime: "cloudfront-js-2.0",
      comment: "Who may frame pages of a path that hosts share",
      publish: true,
      code: renderFrames(args.routes, { apex: args.domain, scheme: "https", port: 443 }),
    },
    { parent },
  );
  const behaviour = ({ cached, framable }: Omit<BehaviourPlan, "prefix">) => ({
    targetOriginId: origin,
    viewerProtocolPolicy: "redirect-to-https",
    compress: true,
    responseHeadersPolicyId: framable ? open.id : closed.id,
    functionAssociations: framable ? [{ eventType: "viewer-response", functionArn: frames.arn }] : [],
    cachedMethods: ["GET", "HEAD"],
    ...(cached
      ? { allowedMethods: ["GET", "HEAD", "OPTIONS"], cachePolicyId: assets.id }
      : {
          allowedMethods: everyMethod,
          cachePolicyId: awsPolicies.cachingDisabled,
          originRequestPolicyId: request.id,
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
            originKeepaliveTimeout: 60,
          },
        },
      ],
      defaultCacheBehavior: behaviour({ cached: false, framable: false }),
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
