import { textOf, type Address, type EnvValue } from "../../services/model/values";
import { originText, type Hosts } from "../../templates/hosts";

const example: Hosts = { apex: "example.com", scheme: "https", port: 443 };

/** An address where each store and bucket is called as in the catalogue. */
export const addressText = (address: Address, hosts = example): string =>
  "origin" in address ? originText(hosts, address) : "store" in address ? address.store : address.bucket;

/** A variable as its container reads it. */
export const variableText = (
  value: EnvValue,
  secret: (id: string) => string = () => "secret",
  hosts: Hosts = example,
): string =>
  textOf(value, {
    reference: (reference) => ("secret" in reference ? secret(reference.secret) : addressText(reference, hosts)),
  });
