import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { copyTag } from "../components/data/store";
import type { UpgradeTags } from "../components/data/upgrade-snapshot";
import type { Catalogue } from "../services/catalogue";
import type { Store } from "../services/model/types";
import type { Previous, Settings } from "../settings/settings";

/** The stack's own outputs, as its last update that ended well has left them; the engine tells, as for a StackReference. */
export async function outputsBefore(): Promise<
  Previous & { readonly databaseEndpoints: Readonly<Partial<Record<Store, unknown>>> }
> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs = {} } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
    readonly outputs?: Partial<Previous> & { readonly databaseEndpoints?: Readonly<Partial<Record<Store, unknown>>> };
  };
  const { images = {}, upgradeSnapshots = {}, databaseEndpoints = {} } = outputs;
  return { images, upgradeSnapshots, databaseEndpoints };
}

const migrated = ["postgres", "mongodb"] as const;

/**
 * Of each database the tag of the snapshot that is to be there: a new one when an application that uses it gets another
 * image, else that of the last time. None for data that is new.
 */
export function upgradeTags(
  { services, stores }: Pick<Catalogue, "services" | "stores">,
  { previous, restoredFrom }: Pick<Settings, "previous" | "restoredFrom">,
): UpgradeTags {
  return Object.fromEntries(
    migrated
      .filter((store) => stores.includes(store))
      .flatMap((store) => {
        const users = services.filter((s) => s.uses?.includes(store) === true);
        const moved = users.some(({ name, image }) => {
          const before = previous.images[name];
          return before !== undefined && before !== image;
        });
        const now = createHash("sha256").update(users.map(({ name, image }) => `${name} ${image}\n`).join(""));
        const copy = copyTag(restoredFrom?.[store]?.at(-1));
        const next = `${now.digest("hex").slice(0, 8)}${copy === "" ? "" : `-of-${copy}`}`;
        const tag = moved ? next : previous.upgradeSnapshots[store];
        return tag === undefined ? [] : [[store, tag]];
      }),
  );
}
