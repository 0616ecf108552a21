import * as pulumi from "@pulumi/pulumi";

/** The text of an IAM policy. */
export const iamPolicy = (statements: readonly object[]): pulumi.Output<string> =>
  pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });

/**
 * The text of a role's trust: a service of AWS may take the role.
 * @param condition on whose behalf, e.g. of this account only
 */
export const serviceTrust = (service: string, condition?: object): pulumi.Output<string> =>
  iamPolicy([
    {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: service },
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  ]);

/** A statement that allows something. */
export const allow = <A, R, C = never>(sid: string, actions: A, resource: R, condition?: C) => ({
  Sid: sid,
  Effect: "Allow" as const,
  Action: actions,
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
});
