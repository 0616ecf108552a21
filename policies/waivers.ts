import { productionWaivers } from "./production-waivers";

/** A violation that is accepted, for a reason and for a time. */
export interface Waiver {
  /** Id of the rule. */
  readonly rule: string;
  /** Name of the resource; `*` stands for any characters. */
  readonly resource: string;
  /** Only in stacks that have a resource of this type; for rules of the scope `stack`. */
  readonly stackHas?: string;
  readonly reason: string;
  /** Last day on which it counts, YYYY-MM-DD (UTC). */
  readonly expires: string;
}

/** The component that only the one-host topology has. */
const host = "ai-ecosystem:host:EcosystemHost";

export const waivers: readonly Waiver[] = [
  {
    rule: "AIE-EC2-03",
    resource: "*-host-instance",
    reason:
      "Only with bedrock: LibreChat's container uses the host's role; it can do nothing else but Session Manager.",
    expires: "2027-11-30",
  },
  {
    rule: "AIE-EC2-06",
    resource: "*-host-instance",
    reason:
      "One host is the whole installation, its entrance as well; only 443, 80 and the named SSH networks reach it.",
    expires: "2027-11-30",
  },
  {
    rule: "AIE-EC2-10",
    resource: "*-host-instance",
    reason: "The host reports its own health each minute; metrics every five minutes are enough besides.",
    expires: "2027-11-30",
  },
  {
    rule: "AIE-NET-04",
    resource: "*-host-in-80",
    reason: "Port 80 redirects to HTTPS and answers Let's Encrypt's challenges, nothing else.",
    expires: "2027-11-30",
  },
  {
    rule: "AIE-NET-06",
    resource: "*-host-out",
    reason:
      "Webhooks, mail servers and LLM endpoints are the customers' choice: their addresses and ports are not known.",
    expires: "2027-11-30",
  },
  {
    rule: "AIE-NET-09",
    resource: "*",
    stackHas: host,
    reason: "One host with one security group; the logs would cost more than they tell.",
    expires: "2027-11-30",
  },
  {
    rule: "AIE-DATA-02",
    resource: "*-host-data",
    reason: "The key that AWS manages is free and encrypts as well; the sandbox shares no snapshots.",
    expires: "2027-11-30",
  },
  {
    rule: "AIE-CMD-02",
    resource: "*-host-push",
    reason: "Shows the push's progress and why it failed; the scripts on the host strike every value of .env out.",
    expires: "2027-11-30",
  },
  {
    rule: "AIE-CMD-04",
    resource: "*-host-ready",
    reason: "The first connection, which learns the key that all others want; it sends no secret.",
    expires: "2027-11-30",
  },
  ...["*-host-in-ssh-0-0-0-0-0", "*-host-in-ssh--0"].map((resource) => ({
    rule: "AIE-NET-01",
    resource,
    reason: "The settings say allowPublicSsh: true; without it they refuse such a network.",
    expires: "2027-11-30",
  })),
  ...productionWaivers,
];
