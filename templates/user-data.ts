import { fill, template } from "./text";

/** Docker's Compose plugin, which is not in Amazon Linux's repository; SHA-256 of its release binaries. */
export const composePlugin = {
  version: "v2.40.3",
  sha256: {
    x86_64: "dba9d98e1ba5bfe11d88c99b9bd32fc4a0624a30fafe68eea34d61a3e42fd372",
    aarch64: "d26373b19e89160546d15407516cc59f453030d9bc5b43ba7faf16f7b4980137",
  },
} as const;

/** The host's bootstrap. Everything that may change later is a release. */
export const renderUserData = (swapGb: number): string =>
  fill(template("host/user-data.sh"), {
    COMPOSE_VERSION: composePlugin.version,
    COMPOSE_SHA256_X86_64: composePlugin.sha256.x86_64,
    COMPOSE_SHA256_AARCH64: composePlugin.sha256.aarch64,
    SWAP_GB: String(swapGb),
  });
