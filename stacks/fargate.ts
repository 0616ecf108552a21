import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Budget } from "../components/budget";
import { ManagedData } from "../components/data/managed-data";
import { Edge } from "../components/edge/edge";
import { FargateServices } from "../components/fargate/fargate-services";
import { Guardrails } from "../components/guardrails";
import { Releases } from "../components/fargate/releases";
import { logGroupName } from "../components/names";
import { Network } from "../components/network";
import { OnCall, onCallStatements } from "../components/on-call";
import { LiveHealth } from "../components/observability/live-health";
import { Observability, observedService } from "../components/observability/observability";
import { Secrets } from "../components/secrets/secrets";
import { buildCatalogue } from "../services/catalogue";
import { backupKey, dumpName } from "../services/dump";
import { importName } from "../services/import";
import { configuredSecrets, type ServiceFactory } from "../services/model/context";
import { bucketsOf } from "../services/model/files";
import { originOf, type Hosts } from "../templates/hosts";
import { shellArchive } from "../templates/release/shell-archive";
import { renderTaskFiles } from "../templates/release/task-files";
import type { ComposedStack } from "./compose";
import { fargateContext } from "./contexts";
import { configured } from "./credentials";
import { backupsOutput, serviceOutputs, setupTasks } from "./outputs/outputs";
import { databaseCredentials, databaseRotation, loginReferences } from "./database-users";
import { deliveryOf } from "./delivery";
import { dashboardFiles, routesOf } from "./edge-routes";
import { costOf, declaredFromNow } from "./declared";
import { taskPermissions } from "./task-permissions";
import { addressAmong, keptByStores, mastersOf, observedStores } from "./stores";
import { runbookBaseUrl } from "../settings/formats/runbook-url";
import { required } from "../settings/required";
import type { Settings } from "../settings/settings";
import { upgradeTags } from "./previous";
import { assistantCheckTask, userTasks } from "./outputs/user-commands";

/**
 * Days in which a deleted secret can be restored, whether data is protected or not: the last snapshots of the stores are of
 * no use without the keys, and a secret that waits for its deletion costs nothing.
 */
const secretRecoveryDays = 30;

/** The highly available installation. */
export function fargate(
  settings: Settings,
  factories: readonly ServiceFactory[],
  provider: aws.Provider,
): ComposedStack {
  const name = `ai-ecosystem-${settings.stack}`;
  const providers = { providers: [provider] };
  const { domain, hostedZone, region, deletionProtection, logRetentionDays } = settings;
  if (domain === undefined || hostedZone === undefined) throw new Error("the settings require both on fargate");
  const hosts: Hosts = { apex: domain, scheme: "https", port: 443 };
  const declared = declaredFromNow();
  const account = aws.getCallerIdentityOutput({}, { provider }).accountId;
  const context = fargateContext(settings);
  const catalogue = buildCatalogue(factories, context, settings.services);
  const dumped = catalogue.jobs.some((job) => job.name === dumpName);
  const insights = settings.costProfile === "standard";

  // first: the deploy role may make roles only within the boundary, so every role that follows must have it
  const delivery = deliveryOf(settings, catalogue, context, provider);
  delivery.bindRoles();

  const network = new Network(
    `${name}-network`,
    {
      cidr: settings.vpcCidr,
      azCount: settings.azCount,
      zones: settings.zones,
      natGateways: settings.natGateways,
      flowLogs: {
        traffic: "REJECT",
        logGroup: logGroupName(settings.stack, "flow-logs"),
        retentionDays: logRetentionDays,
      },
      s3Endpoint: true,
    },
    providers,
  );
  const secrets = new Secrets(
    `${name}-secrets`,
    {
      generated: [...catalogue.secrets.filter((s) => !keptByStores.includes(s.id)), ...(dumped ? [backupKey] : [])],
      configured: configured(settings, catalogue),
      protect: deletionProtection,
    },
    providers,
  );
  const edge = new Edge(
    `${name}-edge`,
    {
      vpcId: network.vpcId,
      publicSubnetIds: network.publicSubnetIds,
      domain,
      hostedZone,
      routes: routesOf(catalogue, settings.deployment),
      dashboardFiles: dashboardFiles(catalogue, hosts, context),
      originSecretGeneration: settings.originSecretGeneration,
      deletionProtection,
      logRetentionDays,
      loggedBuckets: `${name}-`,
    },
    providers,
  );
  const databaseUsers = catalogue.stores.includes("postgres")
    ? databaseCredentials(`${name}-database-users`, catalogue.databases, secrets, secretRecoveryDays, providers)
    : undefined;
  const snapshotTags = upgradeTags(catalogue, settings);
  const data = new ManagedData(
    `${name}-data`,
    {
      vpcId: network.vpcId,
      subnetIds: network.privateSubnetIds,
      zones: network.zones,
      costProfile: settings.costProfile,
      sizes: settings,
      deletionProtection,
      backupRetentionDays: settings.backupRetentionDays,
      logRetentionDays,
      redisAuthToken: catalogue.stores.includes("redis")
        ? required(secrets.values, "redis-password", "secret")
        : undefined,
      stores: catalogue.stores,
      restoredFrom: settings.restoredFrom,
      upgradeTags: snapshotTags,
      dumps: dumped,
      buckets: Object.fromEntries(
        Object.entries(bucketsOf(catalogue.whole)).map(([bucket, labels]) => [
          bucket,
          { origins: labels.map((label) => originOf(hosts, label)) },
        ]),
      ),
      accessLogBucket: edge.logBucketName,
    },
    providers,
  );
  const taskFiles = renderTaskFiles(catalogue, context);
  const releases = new Releases(
    `${name}-releases`,
    { id: taskFiles.id, archive: shellArchive(taskFiles.files), accessLogBucket: edge.logBucketName },
    providers,
  );
  const services = new FargateServices(
    `${name}-services`,
    {
      stack: settings.stack,
      region,
      awsEnvironment: settings.awsEnvironment,
      account,
      vpcId: network.vpcId,
      subnetIds: network.privateSubnetIds,
      catalogue,
      address: addressAmong(data, hosts),
      images: delivery.copies,
      repositoryArns: [
        pulumi.interpolate`arn:aws:ecr:${region}:${account}:repository/ai-ecosystem/${settings.stack}/*`,
      ],
      secrets: secrets.values,
      externalSecrets: {
        ...(databaseUsers === undefined ? {} : loginReferences(catalogue.databases, databaseUsers)),
        ...mastersOf(data),
      },
      secretRecoveryDays,
      release: releases.archive,
      permissions: taskPermissions(catalogue, {
        releases: releases.objectsArn,
        buckets: data.buckets,
        backups: data.backups,
      }),
      edge,
      stores: {
        endpoint: (store) => data[store],
        allow: (consumer, groupId, used) => data.allow(consumer, groupId, used),
        saved: (store) => data.saved(store),
      },
      containerInsights: insights,
      logRetentionDays,
      deployment: settings.deployment,
    },
    providers,
  );
  const rotation =
    databaseUsers === undefined || data.postgres === undefined
      ? undefined
      : databaseRotation(
          `${name}-rotation`,
          { settings, network, data, postgres: data.postgres, catalogue, credentials: databaseUsers, services },
          providers,
        );
  const health = new LiveHealth(
    `${name}-health`,
    {
      region,
      account,
      bucket: edge.dashboardBucket,
      clusterName: services.clusterName,
      services: catalogue.services.map((s) => s.name),
      data,
      logRetentionDays,
    },
    providers,
  );
  const { estimatedMonthlyUsd, estimatedMonthlyPrices } = costOf(settings, catalogue, declared);
  const observability = new Observability(
    `${name}-observability`,
    {
      stack: settings.stack,
      region,
      services: catalogue.services.map((s) => observedService(s, settings.stack, edge.targetGroups[s.name])),
      clusterName: services.clusterName,
      containerInsights: insights,
      albArnSuffix: edge.albArnSuffix,
      distributionId: edge.distributionId,
      dashboardDistributionId: edge.dashboardDistributionId,
      webAclMetricName: edge.webAclMetricName,
      ...observedStores(data, settings),
      certificateArns: edge.certificateArns,
      queues: services.queues,
      rotation: rotation?.functionNames,
      dumpRule: services.rules[dumpName],
      senders: services.running,
      liveHealthFunction: health.functionName,
      alertEmail: settings.alertEmail,
      runbookBaseUrl: runbookBaseUrl(settings),
      language: settings.language,
      slackWebhookUrl: settings.secrets.slackWebhookUrl,
      estimatedMonthlyUsd,
      estimatedMonthlyPrices,
      wafLogGroup: edge.wafLogGroupName,
      logRetentionDays,
    },
    providers,
  );
  const { guardDuty, accountPublicAccessBlock: publicAccessBlock, stack } = settings;
  const rails = new Guardrails(`${name}-guardrails`, { guardDuty, publicAccessBlock }, providers);
  const groupName = rails.operatorsGroupName;
  const onCall = new OnCall(
    `${name}-on-call`,
    { stack, region, account, groupName, statements: onCallStatements },
    providers,
  );
  if (settings.monthlyBudgetUsd !== undefined && settings.alertEmail !== undefined) {
    const { monthlyBudgetUsd: monthlyUsd, alertEmail: email } = settings;
    // the topic's own e-mail would be a second one
    const topicArn = settings.secrets.slackWebhookUrl === undefined ? undefined : observability.topicArn;
    new Budget(`${name}-budget`, { monthlyUsd, email, stack, topicArn }, providers);
  }

  const url = (label: string, home: string) => pulumi.output(`${originOf(hosts, label)}${home}`);
  return {
    settings,
    catalogue,
    hosts: pulumi.output(hosts),
    files: pulumi.output(
      Object.fromEntries(Object.entries(taskFiles.files).map(([path, f]) => [path, f.text] as const)),
    ),
    userData: "",
    envNames: Object.keys(secrets.values).filter((id) => id !== configuredSecrets.mongo || data.mongodb === undefined),
    outputs: {
      ...serviceOutputs({ catalogue, url, adminEmail: settings.adminEmail, secrets: secrets.values }),
      estimatedMonthlyUsd,
      estimatedMonthlyPrices,
      albDnsName: edge.albDnsName,
      cloudFrontDomain: edge.cloudFrontDomain,
      clusterName: services.clusterName,
      userTasks: userTasks(settings, catalogue, hosts, services.jobTasks),
      ...assistantCheckTask(settings, catalogue, services.jobTasks),
      ecrRepositories: delivery.repositories,
      dashboardName: observability.dashboardName,
      onCallRoleArn: onCall.roleArn,
      ...delivery.roleArns,
      ...(data.backups === undefined
        ? {}
        : {
            backups: backupsOutput(settings.region, data.backups.name, secrets.values),
            dumpTask: services.jobTasks[dumpName],
            importTask: services.jobTasks[importName],
            setupTasks: setupTasks(catalogue, services.jobTasks),
          }),
      ...(Object.keys(snapshotTags).length === 0 ? {} : { upgradeSnapshots: snapshotTags }),
      databaseEndpoints: { postgres: data.postgres?.host, mongodb: data.mongodb?.host, redis: data.redis?.host },
    },
  };
}
