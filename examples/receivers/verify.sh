#!/bin/sh
# Verify a wirewatch webhook (Standard Webhooks, v1) with openssl.
#
#   WEBHOOK_SECRET=whsec_… sh verify.sh ID TIMESTAMP SIGNATURE < body
#
# For a look by hand: openssl shows the key to other users of this machine while it runs.
set -eu
id=$1 timestamp=$2 signature=$3

case $timestamp in '' | *[!0-9]*) exit 1 ;; esac
age=$(($(date +%s) - timestamp))
[ "${age#-}" -le 300 ] || exit 1

key=$(printf %s "${WEBHOOK_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
expected=$({ printf '%s.%s.' "$id" "$timestamp"; cat; } |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)

# Several signatures, a blank between: one for each secret in force while it is changed.
for one in $signature; do
    [ "$one" != "v1,$expected" ] || exit 0
done
exit 1
