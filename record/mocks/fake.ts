import { createHash } from "node:crypto";

/** The account number of the documentation: it belongs to nobody. */
export const fakeAccount = "123456789012";

/** `length` hexadecimal characters that depend on nothing but the seed. */
export const hash = (seed: string, length: number): string => {
  let text = "";
  for (let i = 0; text.length < length; i++) text += createHash("sha256").update(`${i}:${seed}`).digest("hex");
  return text.slice(0, length);
};

/** How every made-up secret begins: valid as letters and as hexadecimal, and easy to search for. */
export const fakeMark = "facade";

/** A made-up secret in hexadecimal. */
export const fakeHex = (seed: string, length: number): string =>
  `${fakeMark}${hash(seed, length)}`.slice(0, Math.max(length, 0));

/** A made-up password with an upper-case letter, a digit and, if wanted, a symbol. */
export function fakePassword(seed: string, length: number, symbols: string): string {
  const tail = symbols === "" ? "AB12" : `AB12${symbols[0] ?? ""}`;
  return fakeHex(seed, length).slice(0, Math.max(length - tail.length, 0)) + tail;
}
