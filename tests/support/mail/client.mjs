// Delivers one mail as LibreChat does: api/server/utils/sendEmail.js makes Nodemailer's settings of these variables.
import process from "node:process";
import { createTransport } from "nodemailer";

const { env } = process;
const login = env.EMAIL_USERNAME && env.EMAIL_PASSWORD ? { user: env.EMAIL_USERNAME, pass: env.EMAIL_PASSWORD } : null;
const transport = createTransport({
  host: env.EMAIL_HOST,
  port: env.EMAIL_PORT ?? 25,
  secure: env.EMAIL_ENCRYPTION === "tls",
  // its own spelling, which Nodemailer does not know
  requireTls: env.EMAIL_ENCRYPTION === "starttls",
  tls: { rejectUnauthorized: true },
  ...(login === null ? {} : { auth: login }),
});
await transport.sendMail({
  from: `"${env.EMAIL_FROM_NAME || env.APP_TITLE}" <${env.EMAIL_FROM}>`,
  to: '"People" <people@example.com>',
  envelope: { from: env.EMAIL_FROM, to: "people@example.com" },
  subject: "test",
  html: "delivered",
});
transport.close();
