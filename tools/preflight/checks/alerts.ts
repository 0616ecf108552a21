import type { Ask } from "../aws";
import type { Answer, Check, Question } from "../types";

interface Subscription {
  readonly Protocol: string;
  readonly Endpoint: string;
  /** Its ARN, or `PendingConfirmation`. */
  readonly SubscriptionArn: string;
}

/** Fourth part of an ARN: a topic of the edge is in another Region than the stack. */
const regionOf = (arn: string): string | undefined => arn.split(":")[3];

async function subscriptions(ask: Ask, TopicArn: string): Promise<readonly Subscription[]> {
  const answer = await ask("sns", "list-subscriptions-by-topic", { TopicArn }, regionOf(TopicArn));
  return (answer as { Subscriptions?: readonly Subscription[] }).Subscriptions ?? [];
}

async function alerts({ plan, ask }: Question): Promise<Answer> {
  const { alertEmail: email, stack } = plan.settings;
  const declared = plan.resources.filter((r) => r.type === "aws:sns/topicSubscription:TopicSubscription");
  if (declared.length === 0) {
    return {
      state: "warning",
      says: "alarms reach nobody",
      hint: [`pulumi config set -s ${stack} ai-ecosystem:alertEmail you@your.domain     # or slackWebhookUrl`],
    };
  }
  if (email === undefined) return { state: "good", says: "alarms go to Slack" };
  const topics = plan.state.flatMap((r) => (r.type === "aws:sns/topic:Topic" && r.id !== undefined ? [r.id] : []));
  if (topics.length === 0) return { state: "good", says: `${email} gets a mail to confirm during the deployment` };
  const found = await Promise.all(topics.map(async (topic) => ({ topic, all: await subscriptions(ask, topic) })));
  const mine = found.map(({ topic, all }) => ({
    topic,
    arn: all.find((s) => s.Protocol === "email" && s.Endpoint.toLowerCase() === email.toLowerCase())?.SubscriptionArn,
  }));
  const unconfirmed = mine.filter(({ arn }) => arn?.startsWith("arn:") !== true);
  if (unconfirmed.length === 0) return { state: "good", says: `${email} has confirmed` };
  const waiting = unconfirmed.some(({ arn }) => arn === "PendingConfirmation");
  return {
    state: "warning",
    says: waiting ? `${email} has not confirmed: alarms do not arrive there` : `${email} is not subscribed`,
    hint: [
      `follow the link in the mail of AWS Notifications to ${email}, which ends after some days. A new one:`,
      ...unconfirmed.map(
        ({ topic }) =>
          `aws sns subscribe --protocol email --notification-endpoint ${email} --topic-arn ${topic} --region ${regionOf(topic) ?? ""}`,
      ),
    ],
  };
}

export const alertChecks: readonly Check[] = [
  {
    name: "alerts",
    title: "Alarms",
    asks: "whether they reach somebody, and the address has confirmed that it wants them",
    topologies: ["host", "fargate"],
    severity: "warning",
    ask: alerts,
  },
];
