import { settingKeys, type SettingKey } from "../../settings/keys";

const namespace = "ai-ecosystem:";

const pem = "-----BEGIN PRIVATE KEY-----\ncGxhY2Vob2xkZXI=\n-----END PRIVATE KEY-----\n";

/** Something in place of a value that only its owner can decrypt, good enough for the key's schema. */
export function placeholder(key: string): string {
  if (key.startsWith("aws:")) {
    if (/accountids/i.test(key)) return "123456789012";
    return key.endsWith(".roleArn") ? "arn:aws:iam::123456789012:role/encrypted-placeholder" : "encrypted-placeholder";
  }
  const name = key.slice(namespace.length);
  const known: SettingKey | undefined = Object.hasOwn(settingKeys, name)
    ? settingKeys[name as keyof typeof settingKeys]
    : undefined;
  const candidates = ["encrypted-placeholder", known?.example ?? "", pem, "https://placeholder.example.com/"];
  return candidates.find((text) => known?.schema.safeParse(text).success === true) ?? "encrypted-placeholder";
}
