/** `#services`: what a service of one's own is written with (services.local/). */
export { caFile, caMounts, configuredSecrets, has, when, type Context, type ServiceFactory } from "./model/context";
export { databasePassword, databaseUser } from "./model/database-users";
export { idleSeconds } from "./model/limits";
export { inBothPlans, type Container, type Job, type Service } from "./model/types";
export { interpolate, secret, type EnvValue } from "./model/values";
