// Numbers on which several stations of the way in must agree; docs/production.md has them as a table.

/**
 * MiB of one request's body, files and text together: the entrance ends a larger one, on the host (nginx) and in
 * production (firewall).
 */
export const bodyMegabytes = 50;

/**
 * MB of one message's files in an application that can be told: below the entrance's, so that the application says what
 * is wrong, in its own words.
 */
export const fileMegabytes = 45;

/**
 * Seconds after which a station closes a connection that nobody uses. Each station keeps its connections for longer than
 * the one before it uses them: one that closes first resets a request that is on its way, and the visitor gets a 502
 * (docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html). The load balancer's
 * is longer than any silence that CloudFront allows but a WebSocket's.
 */
export const idleSeconds = { cdn: 60, loadBalancer: 400, application: 410 } as const;
