import * as pulumi from "@pulumi/pulumi";
import { push } from "../../../../components/host/push";

// A program for the real engine: a release for a host that is there already, and nothing else.
const config = new pulumi.Config();
const release = config.require("release");
push(
  "test-host",
  {
    connection: {
      host: "127.0.0.1",
      port: config.requireNumber("port"),
      user: config.require("user"),
      privateKey: config.requireSecret("key"),
      hostKey: config.require("hostKey"),
    },
    instanceId: "i-0123456789abcdef0",
    releaseId: pulumi.output(release),
    archive: pulumi.secret(Buffer.from(release).toString("base64")),
  },
  {},
);
