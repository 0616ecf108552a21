import type { Catalogue } from "../../services/catalogue";
import { applicationTitle, compareVersions, versionIn } from "../../services/model/images/version";
import type { Service } from "../../services/model/types";
import { ofStack } from "../../settings/of-stack";
import type { Settings } from "../../settings/settings";
import { labelsOf } from "../../templates/release/facts";
import { belowFloor } from "../preflight/checks/budget";
import type { RecordedResource } from "../../record/record";

interface Noticed {
  readonly settings: Pick<
    Settings,
    "alertEmail" | "data" | "domain" | "hostedZone" | "monthlyBudgetUsd" | "services" | "smtp" | "stack" | "topology"
  >;
  readonly catalogue: Pick<Catalogue, "services">;
  /** Service -> image, as this version of the program has it without settings. @default those of the catalogue */
  readonly shipped?: Readonly<Record<string, string>>;
  readonly resources: readonly Pick<RecordedResource, "type" | "inputs">[];
  /** Always paid, USD a month. */
  readonly floorUsd: number;
}

const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** Host names of the stack: the domain itself, and one below it for each route. */
export const hostNames = (domain: string, catalogue: Pick<Catalogue, "services">): readonly string[] =>
  [...new Set(labelsOf(catalogue))].map((label) => (label === "" ? domain : `${label}.${domain}`));

/** Of images that a setting holds back. */
function olderImages(services: readonly Service[], shipped: Readonly<Record<string, string>>): string[] {
  return services.flatMap((service) => {
    const [is, was] = [versionIn(service.image), versionIn(shipped[service.name] ?? "")];
    if (is === undefined || was === undefined || compareVersions(is, was) >= 0) return [];
    return [
      `${applicationTitle(service)} is held at ${is} by services.${service.name}.image, and this program comes with ${was}: data that a newer one has migrated does not go with it, and fixes are missing.`,
    ];
  });
}

/** What is allowed, and rarely meant: settings that need a hand elsewhere, or do not do what one thinks. */
export function noticesOf({ settings, catalogue, shipped = {}, resources, floorUsd }: Noticed): readonly string[] {
  const { alertEmail, domain, hostedZone, monthlyBudgetUsd } = settings;
  const notices: string[] = [];
  const labels = labelsOf(catalogue);
  if (!resources.some((r) => r.type === "aws:sns/topicSubscription:TopicSubscription")) {
    // an alarm without an action ends a deployment, and is meant for nobody
    const { length } = resources.filter((r) => r.type === alarm && r.inputs["alarmActions"] !== undefined);
    notices.push(`Alarms reach nobody, ${length} in all: set alertEmail or slackWebhookUrl.`);
  } else if (alertEmail !== undefined) {
    notices.push(
      `Alarms reach ${alertEmail} once the link in the mail is followed that AWS sends there during the deployment.`,
    );
  }
  if (monthlyBudgetUsd !== undefined) {
    const low = belowFloor(monthlyBudgetUsd, floorUsd);
    if (low !== undefined) notices.push(`${low[0]?.toUpperCase() ?? ""}${low.slice(1)}.`);
    notices.push(
      "The budget counts nothing until the cost allocation tag ai-ecosystem:stack is active (Billing; in an organization: of the management account): `make doctor` asks, and says how.",
    );
  }
  const first = domain?.split(".")[0] ?? "";
  if (domain !== undefined && labels.includes(first)) {
    const names = hostNames(domain, catalogue);
    notices.push(
      `domain begins with a name that the stack adds itself: it will have ${names.find((n) => n.startsWith(`${first}.${first}.`)) ?? ""}. Is ${domain.slice(first.length + 1)} meant?`,
    );
  }
  // the domain that was bought, most of all: a site is there already, or mail
  if (domain?.split(".").length === 2) {
    notices.push(
      `The stack takes ${domain} itself, for its dashboard: a domain of its own, e.g. support.your.domain, leaves your site alone.`,
    );
  }
  if (domain !== undefined && hostedZone === undefined) {
    notices.push(
      `Without hostedZone you make the records: ${hostNames(domain, catalogue).join(", ")} (A), to the output publicIp.`,
    );
  }
  notices.push(
    ...olderImages(
      catalogue.services.filter(({ name }) => settings.services[name]?.image !== undefined),
      shipped,
    ),
  );
  if (settings.topology === "host" && settings.data === "managed") {
    notices.push(
      "AWS runs the databases (data managed): the first push moves what a host's own ones have there, which visitors see as the desk being unavailable for as long as a backup and a restore take.",
    );
  }
  const people = catalogue.services.filter((s) => s.users !== undefined).map((s) => s.title.en);
  if (settings.smtp === undefined && people.length > 0) {
    const command = settings.topology === "host" ? "`ecosystem user`" : "`make user`";
    notices.push(
      `Without smtp no mail leaves ${people.join(", ")}: no invitation, no link for a forgotten password, no notification. ${command} shows passwords instead.`,
    );
  }
  // https://repost.aws/knowledge-center/ec2-port-25-throttle
  if (settings.smtp?.port === 25) {
    notices.push(
      "AWS lets nothing out to the internet on port 25 until it is asked to: take another port of your mail provider (587, 465, 2525) for smtp.",
    );
  }
  return notices.map((notice) => ofStack(notice, settings.stack));
}
