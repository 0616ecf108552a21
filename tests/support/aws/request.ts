import { expect } from "chai";

/** Asks the emulated AWS, which looks at no signature, only at the service that it names. */
export async function askAws(
  service: string,
  path: string,
  request: { readonly method?: string; readonly body?: string | URLSearchParams } = {},
): Promise<string> {
  const region = process.env["AWS_REGION"] ?? "us-east-1";
  const credential = `Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`;
  const response = await fetch(new URL(path, process.env["AWS_ENDPOINT_URL"]), {
    method: "POST",
    headers: { Authorization: `AWS4-HMAC-SHA256 ${credential}` },
    ...request,
  });
  const text = await response.text();
  expect(response.ok, `${service} ${path}: ${response.status} ${text}`).to.equal(true);
  return text;
}

/** An action of EC2. */
export const askEc2 = (action: string): Promise<string> =>
  askAws("ec2", "/", { body: new URLSearchParams({ Action: action, Version: "2016-11-15", "Owner.1": "self" }) });

/** An action of RDS. */
export const askRds = (action: string, parameters: Readonly<Record<string, string>>): Promise<string> =>
  askAws("rds", "/", { body: new URLSearchParams({ Action: action, Version: "2014-10-31", ...parameters }) });

/** Makes a hosted zone, as the owner of a domain has one. */
export const makeZone = (name: string): Promise<string> =>
  askAws("route53", "/2013-04-01/hostedzone", {
    body:
      `<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>${name}</Name>` +
      `<CallerReference>${Date.now()}</CallerReference></CreateHostedZoneRequest>`,
  });
