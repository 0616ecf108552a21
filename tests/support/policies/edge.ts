import { MASK, of, resource, UNKNOWN } from "./resource";
import type { RuleCase } from "./cases";

const distribution = "aws:cloudfront/distribution:Distribution";
const cdn = of(distribution);
const acl = of("aws:wafv2/webAcl:WebAcl");
const certificate = of("aws:acm/certificate:Certificate");
const balancer = of("aws:lb/loadBalancer:LoadBalancer");
const listener = of("aws:lb/listener:Listener");

const redirect = { type: "redirect", redirect: { protocol: "HTTPS", statusCode: "HTTP_301" } };
const forbidden = { type: "fixed-response", fixedResponse: { statusCode: "403" } };
const forward = { type: "forward", targetGroupArn: "arn" };

const group = resource("aws:ec2/securityGroup:SecurityGroup", {}, { name: "sg" });
const alb = (inputs: Record<string, unknown>) =>
  resource("aws:lb/loadBalancer:LoadBalancer", inputs, { name: "alb", uses: [group] });
const front = (inputs: Record<string, unknown> = {}, uses = [alb({})]) =>
  resource(distribution, inputs, { name: "cdn", uses });
const listening = (inputs: Record<string, unknown>, on = alb({})) =>
  resource("aws:lb/listener:Listener", inputs, { uses: [on] });
const admits = (inputs: Record<string, unknown>) =>
  resource(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    { ipProtocol: "tcp", fromPort: 443, toPort: 443, ...inputs },
    { uses: [group] },
  );

const viewer = (value: unknown) => ({ viewerCertificate: value });
const origin = (more: object) => ({ origins: [{ originId: "one", domainName: "alb.example.com", ...more }] });
const bucketOrigin = (more: object) => origin({ domainName: "files.s3.us-east-1.amazonaws.com", ...more });
const custom = (policy: unknown, protocols: readonly string[]) =>
  origin({ customOriginConfig: { originProtocolPolicy: policy, originSslProtocols: protocols } });

const measured = { cloudwatchMetricsEnabled: true };
const rule = (statement: object, visibilityConfig: object = measured) => ({ name: "r", statement, visibilityConfig });

export const edgeCases: Readonly<Record<string, RuleCase>> = {
  "AIE-ALB-01": listener(
    [
      { protocol: "HTTP", defaultActions: [forward] },
      { protocol: "HTTP", defaultActions: [] },
      { protocol: "HTTP", defaultActions: [{ type: "redirect", redirect: { protocol: "HTTP" } }] },
    ],
    [{ protocol: "HTTPS" }, { protocol: UNKNOWN }, { protocol: "HTTP", defaultActions: [redirect] }],
  ),
  "AIE-ALB-06": balancer([{}, { subnets: ["a"] }], [{ subnets: ["a", "b"] }, { subnets: UNKNOWN }]),
  "AIE-ALB-07": listener(
    [{ protocol: "HTTPS" }, { protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-2016-08" }],
    [
      { protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
      { protocol: "HTTPS", sslPolicy: UNKNOWN },
      { protocol: "HTTP" },
    ],
  ),
  "AIE-ALB-08": balancer([{}, { internal: false }], [{ internal: true }, { internal: UNKNOWN }]),
  "AIE-ALB-10": {
    bad: [
      [alb({}), front(), listening({ defaultActions: [forward] })],
      [alb({}), front(), listening({ defaultActions: [] })],
      [
        alb({}),
        front(),
        listening({ defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "200" } }] }),
      ],
    ],
    good: [
      [alb({}), front(), listening({ defaultActions: [forbidden] })],
      [alb({}), front(), listening({ defaultActions: [redirect] })],
      [alb({ internal: true }), front(), listening({ defaultActions: [forward] })],
      [alb({}), listening({ defaultActions: [forward] })],
    ],
  },
  "AIE-ALB-11": {
    bad: [
      [group, alb({}), front(), admits({ cidrIpv4: "0.0.0.0/0" })],
      [group, alb({}), front(), admits({ cidrIpv6: "::/0" }), admits({ prefixListId: "pl-1" })],
    ],
    good: [
      [group, alb({}), front(), admits({ prefixListId: "pl-1" })],
      [group, alb({ internal: true }), front(), admits({ cidrIpv4: "0.0.0.0/0" })],
      [group, alb({}), admits({ cidrIpv4: "0.0.0.0/0" })],
    ],
  },
  "AIE-CDN-02": cdn(
    [
      { defaultCacheBehavior: { viewerProtocolPolicy: "allow-all" } },
      { orderedCacheBehaviors: [{ pathPattern: "/a/*", viewerProtocolPolicy: "allow-all" }] },
    ],
    [{ defaultCacheBehavior: { viewerProtocolPolicy: "redirect-to-https" } }, { defaultCacheBehavior: UNKNOWN }],
  ),
  "AIE-CDN-03": cdn(
    [{}, viewer({ minimumProtocolVersion: "TLSv1.1_2016" })],
    [viewer({ minimumProtocolVersion: "TLSv1.2_2021" }), viewer(UNKNOWN)],
  ),
  "AIE-CDN-06": cdn([{}, { webAclId: "" }], [{ webAclId: "arn" }, { webAclId: UNKNOWN }]),
  "AIE-CDN-08": cdn(
    [custom("http-only", ["TLSv1.2"]), custom("https-only", ["TLSv1", "TLSv1.2"]), custom("match-viewer", [])],
    [custom("https-only", ["TLSv1.2"]), { origins: MASK }, bucketOrigin({})],
  ),
  "AIE-CDN-09": cdn(
    [bucketOrigin({}), bucketOrigin({ domainName: "files.s3.amazonaws.com" })],
    [bucketOrigin({ originAccessControlId: UNKNOWN }), origin({}), { origins: UNKNOWN }],
  ),
  "AIE-CDN-13": cdn(
    [origin({ customHeaders: [{ name: "X-Origin-Verify", value: "hunter2" }] })],
    [{ origins: MASK }, origin({ customHeaders: [{ name: "X-Origin-Verify", value: UNKNOWN }] }), origin({})],
  ),
  "AIE-WAF-01": acl([{}, { rules: [] }], [{ rules: [rule({})] }, { rules: UNKNOWN }]),
  "AIE-ACM-01": certificate([{ keyAlgorithm: "RSA_1024" }], [{}, { keyAlgorithm: "EC_prime256v1" }]),
};
