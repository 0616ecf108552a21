import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { redeployConsumers, type Consumers, type LabelEvent } from "./redeploy";

const client = new ECSClient();

/** Lambda's entry point. */
export async function handler(event: LabelEvent): Promise<void> {
  const consumers = JSON.parse(process.env["CONSUMERS"] ?? "[]") as readonly Consumers[];
  const services = await redeployConsumers(event, consumers, async (cluster, service) => {
    await client.send(new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }));
  });
  console.log(JSON.stringify({ secrets: event.resources, redeployed: services }));
}
