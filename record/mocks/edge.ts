import { fakeAccount, hash } from "./fake";
import type { Maker } from "./resources";

const text = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);
const arn = (region: string, path: string) => `arn:aws:elasticloadbalancing:${region}:${fakeAccount}:${path}`;

/** Load balancer, certificates, CloudFront and what they write to: addresses and names as AWS makes them. */
export const edge: Readonly<Record<string, Maker>> = {
  "aws:lb/loadBalancer:LoadBalancer": (name, _, region) => {
    const arnSuffix = `app/${name}/${hash(name, 16)}`;
    const id = arn(region, `loadbalancer/${arnSuffix}`);
    const dnsName = `${name}.example.${region}.elb.amazonaws.com`;
    return { id, state: { arn: id, arnSuffix, dnsName, name, zoneId: "Z35SXDOTRQ7X7K" } };
  },
  "aws:lb/targetGroup:TargetGroup": (name, _, region) => {
    const arnSuffix = `targetgroup/${name}/${hash(name, 16)}`;
    const id = arn(region, arnSuffix);
    return { id, state: { arn: id, arnSuffix, name } };
  },
  "aws:acm/certificate:Certificate": (name, inputs, region) => {
    const domain = text(inputs["domainName"], name);
    const id = `arn:aws:acm:${text(inputs["region"], region)}:${fakeAccount}:certificate/${hash(name, 32)}`;
    const option = {
      domainName: domain,
      resourceRecordName: `_${hash(domain, 32)}.${domain}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: `_${hash(domain, 31)}.acm-validations.aws.`,
    };
    return { id, state: { arn: id, domainValidationOptions: [option] } };
  },
  "aws:route53/record:Record": (name, inputs) => ({ id: name, state: { fqdn: text(inputs["name"], name) } }),
  "aws:cloudfront/distribution:Distribution": (name) => {
    const id = `E${hash(name, 13).toUpperCase()}`;
    return {
      id,
      state: {
        arn: `arn:aws:cloudfront::${fakeAccount}:distribution/${id}`,
        domainName: `${hash(name, 14)}.cloudfront.net`,
        hostedZoneId: "Z2FDTNDATAQYW2",
      },
    };
  },
  "aws:wafv2/webAcl:WebAcl": (name) => {
    const id = hash(name, 32);
    return {
      id,
      state: { name, arn: `arn:aws:wafv2:us-east-1:${fakeAccount}:global/webacl/${name}/${id}` },
    };
  },
  "aws:s3/bucket:Bucket": (name, _, region) => ({
    id: name,
    state: {
      arn: `arn:aws:s3:::${name}`,
      bucket: name,
      bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    },
  }),
  "aws:cloudwatch/logGroup:LogGroup": (name, inputs, region) => {
    const group = text(inputs["name"], name);
    const where = `${text(inputs["region"], region)}:${fakeAccount}`;
    return { id: group, state: { name: group, arn: `arn:aws:logs:${where}:log-group:${group}` } };
  },
};
