#!/bin/sh
# Puts the TURN server's configuration together from the file and what differs between sites, then starts it. The secret
# comes from the environment, and goes into a file that nobody else reads: an argument list is seen by every process.
set -eu
: "${ROOMS_TURN_SECRET:?is missing, see deploy/example.env}"
umask 077
conf="${TURN_FOLDER:-/tmp}/turnserver.conf"
cat "${TURN_FILE:-/etc/coturn/turnserver.conf}" > "$conf"
printf '\nstatic-auth-secret=%s\nrealm=%s\n' "$ROOMS_TURN_SECRET" "${SITE_ADDRESS:-localhost}" >> "$conf"
if [ -n "${TURN_EXTERNAL_IP:-}" ]; then printf 'external-ip=%s\n' "$TURN_EXTERNAL_IP" >> "$conf"; fi
exec turnserver -c "$conf" "$@"
