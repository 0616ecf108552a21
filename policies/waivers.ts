import type { Waiver } from "./engine/types";

const expires = "2027-11-30";

/** The violations that this program accepts, and why. No application is named: services come and go. */
export const waivers: readonly Waiver[] = [
  {
    rule: "AIE-EC2-03",
    resource: "*-host-instance",
    reason:
      "Only with bedrock, by the container alone that asks for it (bin/metadata-guard): all else it can do is Session Manager.",
    expires,
  },
  {
    rule: "AIE-EC2-06",
    resource: "*-host-instance",
    reason:
      "One host is the whole installation, its entrance as well; only 443, 80 and the named SSH networks reach it.",
    expires,
  },
  {
    rule: "AIE-NET-04",
    resource: "*-host-in-80",
    reason: "Port 80 redirects to HTTPS and answers Let's Encrypt's challenges, nothing else.",
    expires,
  },
  {
    rule: "AIE-NET-06",
    resource: "*-host-out",
    reason:
      "Webhooks, mail servers and LLM endpoints are the customers' choice: their addresses and ports are not known.",
    expires,
  },
  {
    rule: "AIE-CMD-02",
    resource: "*-host-push",
    reason: "Shows the push's progress and why it failed; the scripts on the host strike every value of .env out.",
    expires,
  },
  {
    rule: "AIE-CMD-04",
    resource: "*-host-ready",
    reason: "The first connection, which learns the key that all others want; it sends no secret.",
    expires,
  },
  ...["*-host-in-ssh-0-0-0-0-0", "*-host-in-ssh--0"].map((resource) => ({
    rule: "AIE-NET-01",
    resource,
    reason: "The settings say allowPublicSsh: true; without it they refuse such a network.",
    expires,
  })),
  {
    rule: "AIE-ALB-08",
    resource: "*-edge-alb-balancer",
    reason:
      "CloudFront reaches it by its public address. Only CloudFront's addresses are admitted (AIE-ALB-11), and of those only this stack's distribution, by its secret header, gets an answer (AIE-ALB-10).",
    expires,
  },
];
