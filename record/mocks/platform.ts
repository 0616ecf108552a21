import { fakeAccount, hash } from "./fake";
import type { Maker } from "./resources";

const text = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);

/** The part of the resource's own name in the ARN: what was asked for, or what Pulumi would make of the logical name. */
const named = (key: string, name: string, inputs: Readonly<Record<string, unknown>>): string => text(inputs[key], name);

const uuid = (seed: string): string => hash(seed, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** Tasks, images, functions and what watches them: ids and ARNs as AWS makes them. */
export const platform: Readonly<Record<string, Maker>> = {
  "aws:ecs/cluster:Cluster": (name, inputs, region) => {
    const cluster = named("name", name, inputs);
    const arn = `arn:aws:ecs:${region}:${fakeAccount}:cluster/${cluster}`;
    return { id: arn, state: { arn, name: cluster } };
  },
  "aws:ecs/taskDefinition:TaskDefinition": (name, inputs, region) => {
    const family = named("family", name, inputs);
    const arnWithoutRevision = `arn:aws:ecs:${region}:${fakeAccount}:task-definition/${family}`;
    return { id: family, state: { arn: `${arnWithoutRevision}:1`, arnWithoutRevision, family, revision: 1 } };
  },
  "aws:ecs/service:Service": (name, inputs, region) => {
    const cluster = text(inputs["cluster"], "cluster").split("/").at(-1) ?? "cluster";
    const service = named("name", name, inputs);
    const arn = `arn:aws:ecs:${region}:${fakeAccount}:service/${cluster}/${service}`;
    return { id: arn, state: { arn, name: service } };
  },
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": (name, _, region) => {
    const id = `ns-${hash(name, 16)}`;
    const arn = `arn:aws:servicediscovery:${region}:${fakeAccount}:namespace/${id}`;
    return { id, state: { arn, hostedZone: `Z${hash(name, 20).toUpperCase()}` } };
  },
  "aws:servicediscovery/httpNamespace:HttpNamespace": (name, _, region) => {
    const id = `ns-${hash(name, 16)}`;
    return { id, state: { arn: `arn:aws:servicediscovery:${region}:${fakeAccount}:namespace/${id}` } };
  },
  "aws:ecr/repository:Repository": (name, inputs, region) => {
    const repository = named("name", name, inputs);
    return {
      id: repository,
      state: {
        name: repository,
        registryId: fakeAccount,
        repositoryUrl: `${fakeAccount}.dkr.ecr.${region}.amazonaws.com/${repository}`,
        arn: `arn:aws:ecr:${region}:${fakeAccount}:repository/${repository}`,
      },
    };
  },
  "aws:lambda/function:Function": (name, inputs, region) => {
    const id = named("name", name, inputs);
    const arn = `arn:aws:lambda:${region}:${fakeAccount}:function:${id}`;
    return { id, state: { arn, name: id, qualifiedArn: `${arn}:$LATEST`, version: "$LATEST" } };
  },
  "aws:sns/topic:Topic": (name, inputs, region) => {
    const topic = named("name", name, inputs);
    // the alarms of CloudFront are in another region than the stack
    const arn = `arn:aws:sns:${text(inputs["region"], region)}:${fakeAccount}:${topic}`;
    return { id: arn, state: { arn, name: topic } };
  },
  "aws:sqs/queue:Queue": (name, inputs, region) => {
    const queue = named("name", name, inputs);
    const where = text(inputs["region"], region);
    const url = `https://sqs.${where}.amazonaws.com/${fakeAccount}/${queue}`;
    return { id: url, state: { url, name: queue, arn: `arn:aws:sqs:${where}:${fakeAccount}:${queue}` } };
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name, inputs, region) => {
    const alarm = named("name", name, inputs);
    const arn = `arn:aws:cloudwatch:${text(inputs["region"], region)}:${fakeAccount}:alarm:${alarm}`;
    return { id: alarm, state: { arn, name: alarm } };
  },
  "aws:kms/key:Key": (name, inputs, region) => {
    const keyId = uuid(name);
    return {
      id: keyId,
      state: { keyId, arn: `arn:aws:kms:${text(inputs["region"], region)}:${fakeAccount}:key/${keyId}` },
    };
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": (name, inputs) => {
    const arn = `arn:aws:iam::${fakeAccount}:oidc-provider/${named("url", name, inputs).replace("https://", "")}`;
    return { id: arn, state: { arn } };
  },
  "aws:iam/policy:Policy": (name, inputs) => {
    const arn = `arn:aws:iam::${fakeAccount}:policy/${named("name", name, inputs)}`;
    return { id: arn, state: { arn, name: named("name", name, inputs) } };
  },
  "aws:guardduty/detector:Detector": (name, _, region) => {
    const id = hash(name, 32);
    return { id, state: { accountId: fakeAccount, arn: `arn:aws:guardduty:${region}:${fakeAccount}:detector/${id}` } };
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": (name) => {
    const id = `vpce-${hash(name, 17)}`;
    return { id, state: { prefixListId: `pl-${hash(name, 8)}`, state: "available" } };
  },
  "aws:cloudfront/function:Function": (name) => ({
    id: name,
    state: { name, arn: `arn:aws:cloudfront::${fakeAccount}:function/${name}` },
  }),
  "aws:cloudfront/cachePolicy:CachePolicy": (name) => ({ id: uuid(name), state: {} }),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": (name) => ({ id: uuid(name), state: {} }),
  "aws:cloudfront/originAccessControl:OriginAccessControl": (name) => ({
    id: `E${hash(name, 13).toUpperCase()}`,
    state: {},
  }),
};
