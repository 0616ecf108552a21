/**
 * Names, in lower case, by which applications learn of a proxy and which a visitor must not set. Rails reads Client-IP,
 * Tornado X-Real-IP, CGI programs take Proxy for HTTP_PROXY. X-Forwarded-For and -Proto are not here: CloudFront
 * and the load balancer write them.
 */
export const endingHeaders: readonly string[] = [
  "client-ip",
  "forwarded",
  "proxy",
  "true-client-ip",
  "x-client-ip",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-scheme",
  "x-forwarded-ssl",
  "x-original-url",
  "x-real-ip",
  "x-rewrite-url",
];

/**
 * Beginnings of names that an underscore must not stand for: those above, and what CloudFront and HTTP speak with each
 * other by. A function that adds one of CloudFront's own makes it answer 502
 * (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html).
 */
export const reservedHeaders: readonly string[] = [
  ...endingHeaders,
  "accept-",
  "access-control-",
  "cache-",
  "cdn-",
  "cloudfront-",
  "content-",
  "if-",
  "keep-alive",
  "max-forwards",
  "proxy-",
  "sec-",
  "transfer-",
  "user-agent",
  "x-accel-",
  "x-amz",
  "x-cache",
  "x-edge-",
  "x-forwarded",
  "x-http-method",
  "x-origin-",
];
