import { z } from "zod";
import { cidr, flag, instanceFamilies, instanceSizes, instanceTypes, size, type SettingKey } from "./kinds";

/** The one host: its size, its disks, and who may log in. */
export const hostKeys = {
  instanceType: {
    schema: z.enum(instanceTypes).default("t3.medium"),
    doc: "size of the host; `small` and `micro` get the compact memory plan and a warning",
    allowed: `${instanceFamilies.join(", ")} in the sizes ${instanceSizes.join(", ")}`,
    example: "t3.medium",
    defaultText: "t3.medium",
    only: "host",
  },
  memoryPlan: {
    schema: z.enum(["compact", "standard"]).optional(),
    doc: "memory limits: compact = 2,688 MiB in all, fewer threads, no notebook kernels; standard = what the applications need",
    allowed: "compact or standard",
    example: "standard",
    defaultText: "by instance",
    only: "host",
  },
  cpuCredits: {
    schema: z.enum(["standard", "unlimited"]).optional(),
    doc: "T-instances: `unlimited` may cost extra under load, `standard` throttles instead",
    allowed: "standard or unlimited",
    example: "standard",
    defaultText: "unlimited",
    only: "host",
  },
  sshAllowedCidrs: {
    schema: z.array(cidr).min(1).max(30).optional(),
    doc: "networks that may reach port 22",
    allowed: "a list of CIDR blocks; wider than /8 only with allowPublicSsh",
    example: "203.0.113.7/32",
    defaultText: "required for host",
    howTo: "pulumi config set --path 'ai-ecosystem:sshAllowedCidrs[0]' 203.0.113.7/32",
    only: "host",
  },
  allowPublicSsh: { ...flag("accept `0.0.0.0/0` or `::/0` in sshAllowedCidrs", false), only: "host" },
  sshPublicKey: {
    schema: z
      .string()
      .regex(
        /^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/=]+( [^\r\n]*)?$/,
        "is not an OpenSSH public key of a kind that EC2 takes (ssh-ed25519, ssh-rsa)",
      )
      .optional(),
    doc: "your own key pair instead of a generated one (both halves)",
    allowed: "one line in OpenSSH format, ssh-ed25519 or ssh-rsa",
    example: '"ssh-ed25519 AAAAC3Nz... me@laptop"',
    defaultText: "generated",
    only: "host",
  },
  sshPrivateKey: {
    schema: z
      .string()
      .regex(
        /^-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+-----END [A-Z ]*PRIVATE KEY-----\s*$/,
        "is not a private key in PEM format",
      )
      .optional(),
    doc: "the private half of sshPublicKey, without a passphrase",
    allowed: "a private key in PEM or OpenSSH format",
    example: "<key>",
    defaultText: "generated",
    secret: true,
    howTo: "pulumi config set --secret ai-ecosystem:sshPrivateKey < ~/.ssh/id_ed25519",
    only: "host",
  },
  swapSizeGb: { ...size("swap file of the host, GB", 0, 32, 4), only: "host" },
  rootVolumeGb: { ...size("root volume of the host (images, system), GB", 16, 1024, 30), only: "host" },
  data: {
    schema: z.enum(["local", "managed"]).default("local"),
    doc: "databases of the host: `local`, in containers on it; `managed`, run by AWS (RDS, DocumentDB, ElastiCache) while the applications stay: [docs/upgrades.md](docs/upgrades.md#in-steps) has the steps",
    allowed: "local or managed",
    example: "managed",
    defaultText: "local",
    only: "host",
  },
  dataVolumeGb: {
    ...size("data volume of the host, GB; it outlives the instance and can only grow", 10, 16384, 20),
    only: "host",
  },
} as const satisfies Record<string, SettingKey>;
