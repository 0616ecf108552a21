import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Call {
  /** `DescribeServices`, `PUT /bucket/key`, … */
  readonly operation: string;
  /** Of a query, or of a JSON body. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly body: string;
}

/** Answers by operation, or none at all. */
export type Replies = Readonly<Record<string, (input: Call["input"]) => Reply | "hang up" | "be silent">>;

function operationOf({ method, url, headers }: IncomingMessage, body: string): Pick<Call, "operation" | "input"> {
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    return { operation: target.split(".").at(-1) ?? "", input: JSON.parse(body) as Call["input"] };
  }
  if (method === "PUT") return { operation: `PUT ${url ?? ""}`, input: {} };
  const { Action: operation = "", ...input } = Object.fromEntries(new URLSearchParams(body));
  return { operation, input };
}

/** A server on loopback that speaks AWS's three protocols: JSON, query with XML, and REST (objects). */
export async function healthAws(replies: () => Replies) {
  const calls: Call[] = [];
  const server = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      const asked = operationOf(incoming, body);
      const headers = incoming.headers as Call["headers"];
      calls.push({ ...asked, headers, body });
      const answer = replies()[asked.operation] ?? (() => ({ status: 400, body: "unknown operation" }));
      const reply = answer(asked.input);
      if (reply === "hang up") incoming.socket.destroy();
      else if (reply !== "be silent") response.writeHead(reply.status ?? 200).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const json = (value: unknown): Reply => ({ body: JSON.stringify(value) });

/** As the load balancer's API answers. */
export const targetHealth = (...states: readonly string[]): Reply => ({
  body: `<DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">
  <DescribeTargetHealthResult><TargetHealthDescriptions>${states
    .map(
      (state, i) => `<member><HealthCheckPort>3000</HealthCheckPort>
    <TargetHealth><State>${state}</State>${state === "healthy" ? "" : "<Reason>Target.FailedHealthChecks</Reason>"}</TargetHealth>
    <Target><Port>3000</Port><Id>10.0.1.${i}</Id></Target></member>`,
    )
    .join("")}</TargetHealthDescriptions></DescribeTargetHealthResult>
  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></DescribeTargetHealthResponse>`,
});

/** As RDS and ElastiCache answer. */
export const dbInstance = (status: string): Reply => ({
  body: `<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBInstancesResult>
  <DBInstances><DBInstance><DBInstanceStatus>${status}</DBInstanceStatus><Engine>postgres</Engine>
  <VpcSecurityGroups><VpcSecurityGroupMembership><Status>active</Status></VpcSecurityGroupMembership></VpcSecurityGroups>
  </DBInstance></DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>`,
});
export const cacheCluster = (status: string): Reply => ({
  body: `<DescribeCacheClustersResponse xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/"><DescribeCacheClustersResult>
  <CacheClusters><CacheCluster><CacheClusterStatus>${status}</CacheClusterStatus></CacheCluster></CacheClusters>
  </DescribeCacheClustersResult></DescribeCacheClustersResponse>`,
});
