import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Policies that AWS itself keeps; their ids are the same in every account. */
export const awsPolicies = {
  /** Nothing is kept. */
  cachingDisabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  /** Kept as the origin says; compressed. */
  cachingOptimized: "658327ea-f89d-4fab-a63d-7e88639e58f6",
} as const;

const year = 31_536_000;
const day = 86_400;
/** Seconds that a file without a hash in its name is kept. nginx says the same to browsers (`snippets/briefly.conf`). */
const brief = 300;

/** Same as nginx sends in the one-host topology. */
const permissions = "browsing-topics=(), geolocation=(), payment=(), serial=(), usb=()";

function fileCache(
  name: string,
  comment: string,
  [defaultTtl, maxTtl]: readonly [number, number],
  parent: pulumi.Resource,
): aws.cloudfront.CachePolicy {
  return new aws.cloudfront.CachePolicy(
    name,
    {
      comment,
      minTtl: 0,
      defaultTtl,
      maxTtl,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        // what is in the key reaches the origin: the load balancer chooses by the host
        headersConfig: { headerBehavior: "whitelist", headers: { items: ["Host", "Origin"] } },
        queryStringsConfig: { queryStringBehavior: "all" },
        enableAcceptEncodingBrotli: true,
        enableAcceptEncodingGzip: true,
      },
    },
    { parent },
  );
}

/**
 * Static files with a hash in their names: the application's own times count, and an hour where it names none. The edges
 * ask again after a day all the same: a path is that of every host, and one may have a file there that has no hash.
 */
export const assetCache = (name: string, parent: pulumi.Resource): aws.cloudfront.CachePolicy =>
  fileCache(`${name}-assets`, "Static files of the applications, each host its own", [3600, day], parent);

/** Static files whose names stay with a new version. */
export const briefCache = (name: string, parent: pulumi.Resource): aws.cloudfront.CachePolicy =>
  fileCache(`${name}-briefly`, "Static files without a hash in their names", [brief, brief], parent);

/** Names by which applications learn of a proxy; CloudFront and the load balancer set none of these, so a visitor must not. */
const feignable = ["Client-IP", "Forwarded", "X-Forwarded-Host", "X-Forwarded-Scheme", "X-Forwarded-Ssl"];

/** Everything goes to the origin as it came, the host among it, but for what visitors could feign. */
export const viewerRequest = (name: string, parent: pulumi.Resource): aws.cloudfront.OriginRequestPolicy =>
  new aws.cloudfront.OriginRequestPolicy(
    `${name}-request`,
    {
      comment: "What the visitor sent, without a proxy's headers",
      cookiesConfig: { cookieBehavior: "all" },
      headersConfig: { headerBehavior: "allExcept", headers: { items: feignable } },
      queryStringsConfig: { queryStringBehavior: "all" },
    },
    { parent },
  );

export interface HeadersArgs {
  readonly comment: string;
  /** Whether other sites may frame the pages, as far as the application lets them. */
  readonly framable: boolean;
  readonly contentSecurityPolicy?: string;
  /** Browsers keep the files for minutes, whatever the application says. @default as it says */
  readonly briefly?: boolean;
}

/** Security headers. But for HSTS, what an application sends itself stands. */
export const securityHeaders = (
  name: string,
  args: HeadersArgs,
  parent: pulumi.Resource,
): aws.cloudfront.ResponseHeadersPolicy =>
  new aws.cloudfront.ResponseHeadersPolicy(
    name,
    {
      comment: args.comment,
      securityHeadersConfig: {
        // other names of the domain may belong to somebody else
        strictTransportSecurity: {
          accessControlMaxAgeSec: year,
          includeSubdomains: false,
          preload: false,
          override: true,
        },
        contentTypeOptions: { override: false },
        referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
        ...(args.framable ? {} : { frameOptions: { frameOption: "SAMEORIGIN", override: false } }),
        ...(args.contentSecurityPolicy === undefined
          ? {}
          : {
              contentSecurityPolicy: { contentSecurityPolicy: args.contentSecurityPolicy, override: false },
            }),
      },
      customHeadersConfig: {
        items: [
          { header: "Permissions-Policy", value: permissions, override: false },
          ...(args.briefly === true
            ? [{ header: "Cache-Control", value: `public, max-age=${brief}`, override: true }]
            : []),
        ],
      },
    },
    { parent },
  );

/**
 * CloudFront keeps an error for ten seconds, and then gives it to everyone who asks for the same address, even where
 * caching is off: one visitor's 403 would be everybody's.
 */
export const uncachedErrors = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504].map((errorCode) => ({
  errorCode,
  errorCachingMinTtl: 0,
}));
