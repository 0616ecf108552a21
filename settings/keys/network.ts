import { z } from "zod";
import { hostname } from "../formats/hostname";
import { size, timezone, vpcCidr, type SettingKey } from "./kinds";

/** Names, addresses and the network. */
export const networkKeys = {
  domain: {
    schema: z.string().regex(hostname, "is not a domain name in lower case").optional(),
    doc: "your domain; the names are `desk.` `n8n.` `chat.` `data.` and the apex. Without one: `<app>.<ip-with-dashes>.sslip.io`",
    allowed: "a domain name in lower case",
    example: "example.com",
    defaultText: "none (required for fargate)",
  },
  hostedZone: {
    schema: z
      .string()
      .regex(new RegExp(`^Z[A-Z0-9]{4,31}$|${hostname.source}`), "is neither a zone id (Z…) nor a zone name")
      .optional(),
    doc: "Route 53 zone (id or name) that gets the domain's records; without it you make them yourself",
    allowed: "a zone id such as Z0123456789ABC or a zone name",
    example: "example.com",
    defaultText: "none (required for fargate)",
  },
  adminEmail: {
    schema: z.email().default("admin@example.com"),
    doc: "login of the first administrators",
    allowed: "an e-mail address",
    example: "you@example.com",
    defaultText: "admin@example.com (required with a domain)",
  },
  timezone: {
    schema: timezone.default("UTC"),
    doc: "time zone of the applications: when a flow of every day at 8 starts, and the times in reports",
    allowed: "an IANA name such as Europe/Madrid, America/Bogota or UTC",
    example: "Europe/Madrid",
    defaultText: "UTC",
  },
  tls: {
    schema: z.enum(["letsencrypt", "self-signed"]).default("letsencrypt"),
    doc: "certificate of the host; it starts self-signed in either case",
    allowed: "letsencrypt or self-signed",
    example: "letsencrypt",
    defaultText: "letsencrypt",
    only: "host",
  },
  vpcCidr: {
    schema: vpcCidr.default("10.0.0.0/16"),
    doc: "network of the VPC; subnets are its /24 number 1, 2 (public) and 10, 11 (private)",
    allowed: "a private network of /16 to /20",
    example: "10.0.0.0/16",
    defaultText: "10.0.0.0/16",
  },
  azCount: size("availability zones", 1, 3, 2),
  zones: {
    schema: z
      .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "is not the name of an availability zone"))
      .optional(),
    doc: "names of the availability zones, `azCount` of them; subnets that are there keep theirs",
    allowed: "a list of names of availability zones of the region, as many as azCount; no Local or Wavelength Zones",
    example: "us-east-1a",
    defaultText: "the first that have Fargate and NAT gateways",
    howTo: "pulumi config set --path 'ai-ecosystem:zones[0]' us-east-1a",
  },
  natGateways: {
    schema: z.int().min(0).max(3).optional(),
    doc: "NAT gateways, at most one per zone",
    allowed: "a whole number from 0 to 3, not above azCount; at least 1 on fargate",
    example: "2",
    defaultText: "0 for host, 2 for fargate (1 with costProfile economy)",
  },
} as const satisfies Record<string, SettingKey>;
