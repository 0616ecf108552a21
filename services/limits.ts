/**
 * Numbers on which several stations of the way in must agree; docs/production.md has them as a table.
 *
 * Seconds after which a station closes a connection that nobody uses. Each station keeps its connections for longer than
 * the one before it uses them: one that closes first resets a request that is on its way, and the visitor gets a 502
 * (docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html). The load balancer's
 * is longer than any silence that CloudFront allows but a WebSocket's.
 */
export const idleSeconds = { cdn: 60, loadBalancer: 400, application: 410 } as const;
