import type { SecretStore } from "../../../templates/lambda/rotation/secret-store";

/** Secrets Manager's versions and stages, in memory. */
export class FakeSecrets implements SecretStore {
  readonly values = new Map<string, string>();
  readonly stages: Record<string, string[]> = {};
  rotates = true;

  constructor(first: string) {
    this.values.set("v1", first);
    this.stages["v1"] = ["AWSCURRENT"];
  }

  /** What Secrets Manager does before it calls the first step. */
  begin(version: string): void {
    this.stages[version] ??= ["AWSPENDING"];
  }

  holder(stage: string): string | undefined {
    return Object.keys(this.stages).find((v) => this.stages[v]?.includes(stage));
  }

  describe() {
    return Promise.resolve({ rotates: this.rotates, stages: this.stages });
  }

  read(_secret: string, stage: "AWSCURRENT" | "AWSPENDING", version?: string) {
    const holder = this.holder(stage);
    return Promise.resolve(version === undefined || version === holder ? this.values.get(holder ?? "") : undefined);
  }

  write(_secret: string, version: string, value: string) {
    if (this.values.has(version)) return Promise.reject(new Error("ResourceExistsException"));
    this.values.set(version, value);
    this.stages[version] = ["AWSPENDING"];
    return Promise.resolve();
  }

  promote(_secret: string, version: string, from: string) {
    for (const held of Object.values(this.stages)) {
      const old = held.indexOf("AWSPREVIOUS");
      if (old >= 0) held.splice(old, 1);
    }
    this.stages[from] = ["AWSPREVIOUS"];
    this.stages[version] = ["AWSCURRENT"];
    return Promise.resolve();
  }
}
