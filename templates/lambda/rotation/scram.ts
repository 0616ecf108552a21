import { createHash, createHmac, pbkdf2Sync, randomBytes, randomInt } from "node:crypto";

const iterations = 4096;
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Letters and digits only: every client, URL and shell takes them. */
export const newPassword = (length = 32): string =>
  Array.from({ length }, () => letters[randomInt(letters.length)] ?? "").join("");

/**
 * What PostgreSQL stores of a password (RFC 5803). Sent in its place, so that the password stays out of statements and
 * logs of the server. For passwords in ASCII.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const hmac = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}
