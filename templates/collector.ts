import { collector } from "../services/model/checks/fargate-limits";

/** Image that passes traces on to X-Ray. */
export const collectorImage = "public.ecr.aws/aws-observability/aws-otel-collector:v0.45.0";

/** Traces to X-Ray and nothing else: the image's own configuration writes metrics as well, which cost. */
const collectorConfiguration = (region: string): string =>
  JSON.stringify({
    receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:4318" } } } },
    processors: { batch: { timeout: "5s" } },
    exporters: { awsxray: { region } },
    service: {
      pipelines: { traces: { receivers: ["otlp"], processors: ["batch"], exporters: ["awsxray"] } },
      telemetry: { metrics: { level: "none" } },
    },
  });

/** Beside a service that speaks OpenTelemetry, in the same task. */
export const collectorContainer = (image: (image: string) => string, region: string, logConfiguration: object) => ({
  name: "collector",
  image: image(collectorImage),
  essential: false,
  command: ["--config=env:COLLECTOR_CONFIG"],
  cpu: collector.cpuUnits,
  memory: collector.memoryMb,
  environment: [{ name: "COLLECTOR_CONFIG", value: collectorConfiguration(region) }],
  secrets: [],
  mountPoints: [],
  portMappings: [],
  volumesFrom: [],
  systemControls: [],
  linuxParameters: { capabilities: { add: [], drop: ["ALL"] } },
  readonlyRootFilesystem: true,
  logConfiguration,
});
