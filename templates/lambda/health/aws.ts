import { createHash, createHmac } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

/** Whom a function is, as Lambda tells it. */
export interface Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AwsRequest {
  readonly method: "POST" | "PUT";
  /** Only letters, digits and `/-.` in its path, and no query: nothing to encode. */
  readonly path: string;
  /** Names in lower case; `host` and `x-amz-date` among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/**
 * The header `authorization` of a request (Signature Version 4), over all of its headers.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function authorization(request: AwsRequest, service: string, region: string, identity: Identity): string {
  const names = Object.keys(request.headers).sort();
  const at = request.headers["x-amz-date"] ?? "";
  const scope = `${at.slice(0, 8)}/${region}/${service}/aws4_request`;
  const canonical = [
    request.method,
    request.path,
    "",
    ...names.map((name) => `${name}:${(request.headers[name] ?? "").trim()}`),
    "",
    names.join(";"),
    sha256(request.body),
  ].join("\n");
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${identity.secretAccessKey}`) as Buffer;
  const signature = hmac(key, ["AWS4-HMAC-SHA256", at, scope, sha256(canonical)].join("\n")).toString("hex");
  return `AWS4-HMAC-SHA256 Credential=${identity.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
}

export interface AwsOptions {
  readonly region: string;
  readonly identity: Identity;
  /** Of every service, for tests. @default AWS's own addresses */
  readonly endpoint?: string | undefined;
  /** @default 4000 */
  readonly timeoutMs?: number;
}

/** Texts of all elements of a name in an XML answer; the names and states that are read here hold no entities. */
export const elements = (xml: string, name: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map((m) => m[1] ?? "");

/**
 * Five calls of five services, without the SDK's five clients: they are most of what a function of this size would load, and
 * more than this file is.
 */
export class Aws {
  constructor(private readonly options: AwsOptions) {}

  /** An operation of a service that speaks JSON; `target` is its name with the version of the API. */
  async json(service: string, target: string, input: object): Promise<unknown> {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    return JSON.parse(await this.send(service, "POST", "/", headers, JSON.stringify(input))) as unknown;
  }

  /** An operation of a service that speaks the older protocol: XML. */
  async query(service: string, version: string, action: string, input: Readonly<Record<string, string>>) {
    const form = new URLSearchParams({ Action: action, Version: version, ...input }).toString();
    return this.send(service, "POST", "/", { "content-type": "application/x-www-form-urlencoded" }, form);
  }

  /** Writes an object of a bucket. */
  async put(bucket: string, key: string, headers: Readonly<Record<string, string>>, body: string): Promise<void> {
    await this.send("s3", "PUT", `/${key}`, headers, body, bucket);
  }

  /** Twice, for AWS asks for a second attempt now and then. */
  private async send(...args: Parameters<Aws["attempt"]>): Promise<string> {
    try {
      return await this.attempt(...args);
    } catch {
      await pause(200 + Math.random() * 200);
      return this.attempt(...args);
    }
  }

  private async attempt(
    service: string,
    method: AwsRequest["method"],
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    bucket?: string,
  ): Promise<string> {
    const { region, identity, endpoint, timeoutMs = 4000 } = this.options;
    const url = new URL(
      endpoint ?? `https://${bucket === undefined ? "" : `${bucket}.`}${service}.${region}.amazonaws.com`,
    );
    // an endpoint for tests knows the bucket by the path
    url.pathname = endpoint !== undefined && bucket !== undefined ? `/${bucket}${path}` : path;
    const all = {
      ...headers,
      host: url.host,
      "x-amz-content-sha256": sha256(body),
      "x-amz-date": new Date().toISOString().replace(/[-:]|\.\d+/g, ""),
      ...(identity.sessionToken === undefined ? {} : { "x-amz-security-token": identity.sessionToken }),
    };
    const signature = authorization({ method, path: url.pathname, headers: all, body }, service, region, identity);
    const response = await fetch(url, {
      method,
      headers: { ...all, authorization: signature },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (response.ok) return text;
    const said = /<Message>([^<]*)</.exec(text)?.[1] ?? text.slice(0, 300);
    throw new Error(`${service} answered ${response.status}: ${said}`);
  }
}
