import { AwsRefusal, Unasked } from "../aws";
import type { Answer, Check, Question } from "../types";

/** Plain texts of the settings, which the provider's types would let be outputs. */
const listed = (ids: unknown): readonly unknown[] => (Array.isArray(ids) ? (ids as readonly unknown[]) : []);

async function whoAmI({ ask, plan }: Question): Promise<Answer> {
  try {
    const { Account, Arn } = (await ask("sts", "get-caller-identity")) as { Account: string; Arn: string };
    const { allowedAccountIds: allowed, forbiddenAccountIds: forbidden } = plan.settings.provider;
    const says = `account ${Account} in ${plan.settings.region}, as ${Arn}`;
    const wrong =
      (allowed !== undefined && !listed(allowed).includes(Account)) || listed(forbidden ?? []).includes(Account);
    if (!wrong) return { state: "good", says };
    return {
      state: "missing",
      says: `${says}: not the account of this stack`,
      hint: ["log in to the other one (AWS_PROFILE), or look at aws:allowedAccountIds of the settings"],
    };
  } catch (error) {
    if (error instanceof Unasked) throw error;
    if (!(error instanceof AwsRefusal) && !/credential|SSO|token|profile/i.test(String(error))) throw error;
    return {
      state: "missing",
      says: `they do not work: ${(error as Error).message}`,
      hint: ["aws sso login     # or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"],
    };
  }
}

/** The first of all: without it nothing else can be asked. */
export const credentials: Check = {
  name: "credentials",
  title: "Credentials",
  asks: "whether AWS knows who asks, and which account it is",
  topologies: ["host", "fargate"],
  severity: "blocking",
  ask: whoAmI,
};
