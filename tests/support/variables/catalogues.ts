import type { Catalogue } from "../../../services/catalogue";
import type { Container } from "../../../services/model/types";
import { renderTask, secretVariables } from "../../../templates/ecs";
import { prodCatalogue, prodSettings } from "../recorded/profile";
import { sandboxCatalogue } from "../fixtures";
import { addressText, variableText } from "../values";

type Environment = Readonly<Record<string, string>>;

/** A container as it is started. */
export interface Started {
  readonly where: string;
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: Environment;
}

const mail = { host: "smtp.example.com", from: "Acme Support <support@acme.example>" };
const everything = {
  openaiApiKey: "sk-0123456789",
  anthropicApiKey: "sk-ant-0123456789",
  googleApiKey: "AIza-0123456789",
  openrouterApiKey: "sk-or-0123456789",
  bedrock: "true",
  pushRelay: "true",
  deskConversations: "true",
  deskAi: "true",
  smtp: JSON.stringify({ ...mail, port: 465, user: "desk", password: "hidden" }),
  oidc: JSON.stringify({
    issuer: "https://login.example.com",
    clientId: "librechat",
    clientSecret: "hidden",
    buttonLabel: "Acme",
  }),
};
const relay = { smtp: JSON.stringify({ ...mail, host: "10.0.0.25", port: 25 }) };

/** A secret's place is all that counts. */
const text = (container: Container): Environment =>
  Object.fromEntries(Object.entries(container.environment).map(([k, v]) => [k, variableText(v)]));

const onHost = (where: string, { services, jobs }: Catalogue): Started[] =>
  [...services, ...jobs].map((c) => ({
    where,
    name: c.name,
    command: [...(c.entrypoint ?? []), ...(c.command ?? [])],
    environment: text(c),
  }));

interface Definition {
  readonly name: string;
  readonly command?: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string }[];
}

const inTasks = (where: string, { services, jobs }: Catalogue): Started[] =>
  [...services, ...jobs].flatMap((container) => {
    const context = {
      region: "us-east-1",
      image: (image: string) => image,
      address: addressText,
      secrets: Object.fromEntries(secretVariables(container).map(([name]) => [name, "arn:of:the:secret"])),
      logGroup: "group",
      release: { uri: "s3://bucket/key", sha256: "" },
    };
    return (renderTask(container, context) as unknown as readonly Definition[]).map((d) => ({
      where,
      name: d.name,
      command: d.command ?? [],
      environment: {
        ...Object.fromEntries(d.secrets.map(({ name }) => [name, text(container)[name] ?? ""])),
        ...Object.fromEntries(d.environment.map(({ name, value }) => [name, value])),
      },
    }));
  });

/** Every container of either topology, with all that the settings can switch on. */
export const started = (): readonly Started[] => [
  ...onHost("host", sandboxCatalogue()),
  ...onHost("host, everything on", sandboxCatalogue(everything)),
  ...onHost("host, compact, everything on", sandboxCatalogue({ ...everything, memoryPlan: "compact" })),
  ...onHost("host, mail by a relay", sandboxCatalogue(relay)),
  ...inTasks("fargate", prodCatalogue(prodSettings())),
  ...inTasks("fargate, everything on", prodCatalogue(prodSettings(everything))),
  ...inTasks("fargate, mail by a relay", prodCatalogue(prodSettings(relay))),
  ...inTasks("fargate, own MongoDB", prodCatalogue(prodSettings({ mongoUri: "mongodb+srv://u:p@h.mongodb.net/x" }))),
];
