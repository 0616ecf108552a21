import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * The region that CloudFront takes certificates and web ACLs from.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
 */
export const cloudFrontRegion = "us-east-1";

export interface CertificatesArgs {
  /** The certificates are for it and, as a wildcard, for every name one label below. */
  readonly domain: string;
  readonly zoneId: pulumi.Input<string>;
}

/** ACM takes minutes; a domain that is not delegated would wait for ever. */
const issueWithin = "20m";

/** Says what to look at: AWS itself only says that it waited. */
function explain(name: string, domain: string): pulumi.ResourceHookBinding {
  // a program that is only recorded has nobody to call back
  if (!pulumi.runtime.hasEngine()) return {};
  const hook = new pulumi.ErrorHook(`${name}-not-issued`, ({ name: resource, errors }) => {
    void pulumi.log.error(
      `${resource}: the certificate of ${domain} was not issued (waited up to ${issueWithin}). ACM looks for a record in the ` +
        `public DNS: compare \`dig +short NS ${domain}\` with the name servers of the hosted zone; \`dig CAA ${domain}\` ` +
        `must be empty or name amazon.com. Then run \`pulumi up -s ${pulumi.getStack()}\` again: it goes on from here. ${errors[0] ?? ""}`,
    );
    return false;
  });
  return { onError: [hook] };
}

/**
 * The certificates of the edge: one for the load balancer, one in us-east-1 for CloudFront. ACM asks for the same
 * record for a domain, its wildcard and every region, so there is one. ACM renews them as long as it stays.
 */
export class Certificates extends pulumi.ComponentResource {
  /** Issued, in the stack's region. */
  public readonly regionalArn: pulumi.Output<string>;
  /** Issued, in us-east-1. */
  public readonly cloudFrontArn: pulumi.Output<string>;

  constructor(name: string, args: CertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:edge:Certificates", name, {}, opts);
    const inside = { parent: this };
    const request = (role: "regional" | "cloudfront", where: { readonly region?: string }) =>
      new aws.acm.Certificate(
        `${name}-${role}`,
        {
          ...where,
          domainName: args.domain,
          subjectAlternativeNames: [`*.${args.domain}`],
          validationMethod: "DNS",
          tags: { Name: `${name}-${role}` },
        },
        // a certificate that is in use cannot be deleted first: Pulumi's own order is the right one
        inside,
      );
    const regional = request("regional", {});
    const cloudFront = request("cloudfront", { region: cloudFrontRegion });

    const asked = regional.domainValidationOptions.apply((options) => {
      const [first] = options;
      if (first === undefined) throw new Error(`ACM names no validation record for ${args.domain}`);
      return first;
    });
    const record = new aws.route53.Record(
      `${name}-validation`,
      {
        zoneId: args.zoneId,
        name: asked.resourceRecordName,
        type: asked.resourceRecordType,
        records: [asked.resourceRecordValue],
        ttl: 300,
        // another stack of the same domain has the same record
        allowOverwrite: true,
      },
      inside,
    );
    const hooks = explain(name, args.domain);
    const issued = (role: "regional" | "cloudfront", certificate: aws.acm.Certificate, where: { region?: string }) =>
      new aws.acm.CertificateValidation(
        `${name}-${role}-issued`,
        { ...where, certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
        { ...inside, customTimeouts: { create: issueWithin }, hooks },
      ).certificateArn;
    this.regionalArn = issued("regional", regional, {});
    this.cloudFrontArn = issued("cloudfront", cloudFront, { region: cloudFrontRegion });
    this.registerOutputs({});
  }
}
