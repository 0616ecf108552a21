/** Lines of a log that are counted. What several services of one application count of a kind is one number. */
export interface LogFilter {
  readonly kind: "application-errors" | "failed-jobs";
  /** Tells the filters of one service and kind apart. */
  readonly role?: string;
  /** Syntax of CloudWatch's metric filters. */
  readonly pattern: string;
  /** The same lines for Logs Insights, as a regular expression. */
  readonly expression: string;
}

/** A search for CloudWatch Logs Insights in the log of one service. */
export interface LogQuery {
  /** In the name of the resource, kebab-case. */
  readonly role: string;
  /** In the console's list. */
  readonly title: string;
  readonly lines: readonly string[];
}

/** What a service's log tells. */
export interface Logs {
  readonly filters?: readonly LogFilter[];
  readonly queries?: readonly LogQuery[];
  /** It says when a webhook could not be delivered, or not be taken. */
  readonly webhooks?: true;
}

/** An application that writes one JSON object a line, with `level`. */
export const jsonErrors: LogFilter = {
  kind: "application-errors",
  pattern: '{ $.level = "error" }',
  expression: '"level":"error"',
};
