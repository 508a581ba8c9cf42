// Verify a wirewatch webhook (Standard Webhooks, v1). Node's own modules only.
//
//   WEBHOOK_SECRET=whsec_… node verify.mjs ID TIMESTAMP SIGNATURE < body
import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const TOLERANCE = 300; // seconds

/**
 * Whether `body` (a Buffer, before anything has parsed it) was signed with `secret` at most five minutes ago or
 * ahead. The other arguments are the headers webhook-id, webhook-timestamp and webhook-signature as they came.
 */
export function verify(secret, id, timestamp, signature, body) {
  if (!/^\d+$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const digest = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
  const expected = Buffer.from(`v1,${digest}`);
  // Several signatures, a blank between: one for each secret in force while it is changed.
  return signature.split(" ").some((one) => {
    const given = Buffer.from(one);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [id, timestamp, signature] = process.argv.slice(2);
  process.exit(verify(process.env.WEBHOOK_SECRET, id, timestamp, signature, readFileSync(0)) ? 0 : 1);
}
