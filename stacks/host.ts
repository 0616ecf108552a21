import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Budget } from "../components/budget";
import { hostOnCallStatements } from "../components/host/on-call";
import { HostDns } from "../components/host/dns";
import { EcosystemHost } from "../components/host/ecosystem-host";
import { metricNamespace as metricsOf } from "../components/names";
import { Network } from "../components/network";
import { OnCall } from "../components/on-call";
import { HostAlarms } from "../components/observability/host-alarms";
import { Secrets } from "../components/secrets/secrets";
import { buildCatalogue, secretsOf } from "../services/catalogue";
import { backupKey } from "../services/dump";
import type { ServiceFactory } from "../services/model/context";
import { archive } from "../templates/release/archive";
import { renderEnv } from "../templates/release/env";
import { hostName, originOf, sslipName, type Hosts } from "../templates/hosts";
import { renderRelease, type RenderedRelease } from "../templates/release/release";
import { labelsOf } from "../templates/release/facts";
import { renderUserData } from "../templates/user-data";
import type { ComposedStack } from "./compose";
import { hostContext } from "./contexts";
import { configured } from "./credentials";
import { costOf, declaredFromNow } from "./declared";
import { hostData, type Addresses } from "./host-data";
import { backupsOutput, serviceOutputs } from "./outputs/outputs";
import type { Settings } from "../settings/settings";

/** Names of the host: the domain's, or sslip.io's for its address. */
const hostsOf = (settings: Settings, address: string): Hosts => ({
  apex: settings.domain ?? sslipName(address),
  scheme: "https",
  port: 443,
});

/** One EC2 host with everything on it. */
export function host(settings: Settings, factories: readonly ServiceFactory[], provider: aws.Provider): ComposedStack {
  const name = `ai-ecosystem-${settings.stack}`;
  const providers = { providers: [provider] };
  const declared = declaredFromNow();
  const context = hostContext(settings);
  const catalogue = buildCatalogue(factories, context, settings.services);

  const inS3 = settings.backups === "s3";
  // alarms that nobody hears are not made
  const metricNamespace = inS3 && settings.alertEmail !== undefined ? metricsOf(settings.stack) : undefined;

  const network = new Network(
    `${name}-network`,
    { cidr: settings.vpcCidr, azCount: settings.azCount, zones: settings.zones, natGateways: settings.natGateways },
    providers,
  );
  const secrets = new Secrets(
    `${name}-secrets`,
    {
      generated: [...catalogue.secrets, ...(inS3 ? [backupKey] : [])],
      configured: configured(settings, catalogue),
      protect: settings.deletionProtection,
    },
    providers,
  );
  // the keys of data are there whatever is off: a backup holds the data of all services, and is read with them
  const keys = catalogue.secrets.filter((s) => s.fixed === true).map((s) => s.id);
  const used = new Set(
    [...catalogue.services, ...catalogue.jobs].flatMap(secretsOf).concat(keys, inS3 ? [backupKey.id] : []),
  );
  const env = pulumi
    .all(Object.fromEntries(Object.entries(secrets.values).filter(([id]) => used.has(id))))
    .apply(renderEnv);

  const render = (
    address: string,
    envText: string,
    bucket: string | undefined,
    stores: Addresses | undefined,
  ): RenderedRelease =>
    renderRelease(
      {
        context,
        stores,
        catalogue,
        hosts: hostsOf(settings, address),
        address,
        plan: settings.memoryPlan,
        tls: settings.tls,
        email: settings.adminEmail,
        swapGb: settings.swapSizeGb,
        backupRetentionDays: settings.backupRetentionDays,
        ...(bucket === undefined
          ? {}
          : {
              backups: {
                bucket,
                region: settings.region,
                ...(metricNamespace === undefined ? {} : { namespace: metricNamespace }),
              },
            }),
      },
      envText,
    );

  const data =
    settings.data === "managed"
      ? hostData(`${name}-data`, { settings, network, secrets, stores: catalogue.stores }, providers)
      : undefined;
  const userData = renderUserData(settings.swapSizeGb);
  const [publicSubnet] = network.publicSubnetIds;
  const [zone] = network.zones;
  if (publicSubnet === undefined || zone === undefined) throw new Error("a network has at least one zone");
  const { sshPublicKey } = settings;
  const host = new EcosystemHost(
    `${name}-host`,
    {
      vpcId: network.vpcId,
      subnetId: publicSubnet,
      zone,
      instanceType: settings.instanceType,
      cpuCredits: settings.cpuCredits,
      rootVolumeGb: settings.rootVolumeGb,
      dataVolumeGb: settings.dataVolumeGb,
      backupRetentionDays: settings.backupRetentionDays,
      backupsInS3: inS3,
      metricNamespace,
      sshAllowedCidrs: settings.sshAllowedCidrs ?? [],
      sshKey:
        sshPublicKey === undefined || settings.secrets.sshPrivateKey === undefined
          ? undefined
          : { publicKey: sshPublicKey, privateKey: settings.secrets.sshPrivateKey },
      userData,
      permissions: catalogue.services.flatMap((s) => s.permissions ?? []),
      protectData: settings.deletionProtection,
      release: (publicIp, bucket, groupId) => {
        const release = pulumi
          .all([publicIp, env, bucket, data?.admit(groupId)])
          .apply(([ip, text, name, stores]) => render(ip, text, name, stores));
        return {
          // a hash of many random secrets tells nothing about any of them
          id: pulumi.unsecret(release.apply((r) => r.id)),
          archive: release.apply((r) => archive(r.files)),
        };
      },
    },
    providers,
  );
  if (settings.domain !== undefined && settings.hostedZone !== undefined) {
    const hosts = hostsOf(settings, "");
    new HostDns(
      `${name}-dns`,
      {
        hostedZone: settings.hostedZone,
        names: labelsOf(catalogue).map((label) => hostName(hosts, label)),
        address: host.publicIp,
      },
      providers,
    );
  }
  new HostAlarms(
    `${name}-alarms`,
    {
      stack: settings.stack,
      region: settings.region,
      instanceId: host.instanceId,
      alertEmail: settings.alertEmail,
      // the repository's setting is production's
      runbookBaseUrl: settings.runbookBaseUrl,
      language: settings.language,
      cpuCredits: settings.cpuCredits,
      backups: metricNamespace === undefined ? undefined : { namespace: metricNamespace },
      stores: data?.observed,
      pushed: host.pushed,
    },
    providers,
  );
  const { stack, region } = settings;
  const onCall = settings.onCall
    ? new OnCall(
        `${name}-on-call`,
        {
          stack,
          region,
          account: aws.getCallerIdentityOutput({}, { provider }).accountId,
          statements: hostOnCallStatements,
        },
        providers,
      )
    : undefined;
  if (settings.monthlyBudgetUsd !== undefined && settings.alertEmail !== undefined) {
    new Budget(
      `${name}-budget`,
      { monthlyUsd: settings.monthlyBudgetUsd, email: settings.alertEmail, stack: settings.stack },
      providers,
    );
  }

  const hosts = host.publicIp.apply((ip) => hostsOf(settings, ip));
  const cost = costOf(settings, catalogue, declared);
  const url = (label: string, home: string) => hosts.apply((h) => `${originOf(h, label)}${home}`);
  const files = pulumi.all([host.publicIp, host.backups, data?.addresses]).apply(([ip, bucket, stores]) => {
    const files = Object.entries(render(ip, "", bucket, stores).files).filter(([path]) => path !== ".env");
    return Object.fromEntries(files.map(([path, file]) => [path, file.text]));
  });
  return {
    settings,
    catalogue,
    hosts,
    files,
    userData,
    envNames: [...used].sort(),
    outputs: {
      ...serviceOutputs({ catalogue, url, adminEmail: settings.adminEmail, secrets: secrets.values }),
      estimatedMonthlyUsd: cost.estimatedMonthlyUsd,
      estimatedMonthlyPrices: cost.estimatedMonthlyPrices,
      publicIp: host.publicIp,
      sshCommand: pulumi.interpolate`ssh -i ai-ecosystem.pem ec2-user@${host.publicIp}`,
      sshHostKey: pulumi.interpolate`${host.publicIp} ${host.hostKey}`,
      ssmCommand: pulumi.interpolate`aws ssm start-session --region ${settings.region} --target ${host.instanceId}`,
      sshPrivateKey: host.sshPrivateKey,
      instanceId: host.instanceId,
      ...(onCall === undefined ? {} : { onCallRoleArn: onCall.roleArn }),
      releaseId: host.releaseId,
      ...(data === undefined ? {} : { databaseEndpoints: data.addresses }),
      ...(host.backups === undefined ? {} : { backups: backupsOutput(settings.region, host.backups, secrets.values) }),
    },
  };
}
