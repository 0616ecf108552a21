import { PolicyPack } from "@pulumi/policy";
import { policies } from "./engine/pack";

// The constructor starts a server: nothing else may import this file.
new PolicyPack("ai-ecosystem", { policies: policies() });
