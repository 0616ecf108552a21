import { template } from "./text";

/** What stands between the meaning of an alarm and the address of its runbook; the Lambda function for Slack reads the same file. */
const { runbook: mark } = JSON.parse(template("lambda/slack/contract.json")) as { runbook: string };

/** Description of an alarm, as e-mails show it: what it means, and where its runbook is read. */
export const alarmDescription = (meaning: string, runbook: string): string => `${meaning}${mark}${runbook}`;
