import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface BudgetArgs {
  /** USD a month. */
  readonly monthlyUsd: number;
  readonly email: string;
  /** Topic that is told as well; its policy must let budgets publish. @default none */
  readonly topicArn?: pulumi.Input<string> | undefined;
  /** Cost allocation tag of this stack's resources: value of `ai-ecosystem:stack`. */
  readonly stack: string;
}

/** An AWS budget that warns by e-mail at 80 % (real) and 100 % (real and forecast). */
export class Budget extends pulumi.ComponentResource {
  constructor(name: string, args: BudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:guardrails:Budget", name, {}, opts);
    const alert = (threshold: number, notificationType: "ACTUAL" | "FORECASTED") => ({
      comparisonOperator: "GREATER_THAN",
      threshold,
      thresholdType: "PERCENTAGE",
      notificationType,
      subscriberEmailAddresses: [args.email],
      ...(args.topicArn === undefined ? {} : { subscriberSnsTopicArns: [args.topicArn] }),
    });
    new aws.budgets.Budget(
      `${name}-monthly`,
      {
        budgetType: "COST",
        limitAmount: String(args.monthlyUsd),
        limitUnit: "USD",
        timeUnit: "MONTHLY",
        // AWS subtracts both by itself: a new account's credits would hide what comes when they are used up
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-budgets-budget-costtypes.html
        costTypes: { includeCredit: false, includeRefund: false },
        costFilters: [{ name: "TagKeyValue", values: [`user:ai-ecosystem:stack$${args.stack}`] }],
        notifications: [alert(80, "ACTUAL"), alert(100, "ACTUAL"), alert(100, "FORECASTED")],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
