#!/bin/sh
# Make the secrets that compose.yaml reads, each once: a file that is there already stays as it is.
#
#   deploy/postgres/make-secrets.sh [FOLDER]      FOLDER: data/compose-secrets
#
# The folder is closed to others. The files in it are readable, since containers read them under users of their own.
# Needs openssl.
set -eu

folder="${1:-data/compose-secrets}"
command -v openssl >/dev/null || { echo "openssl is needed." >&2; exit 1; }
umask 077
mkdir -p "$folder"
cd "$folder"

keep() { # NAME: standard input becomes the file, unless there is one
  if [ -s "$1" ]; then cat >/dev/null; else cat >".$1.draft" && chmod 0444 ".$1.draft" && mv ".$1.draft" "$1"; fi
}

random() { openssl rand -hex 32; }

# The value of a Meilisearch key: its uid signed with the master key.
search_key() { printf '%s' "$1" | openssl dgst -sha256 -hmac "$(cat meilisearch_master_key)" -r | cut -d ' ' -f 1; }

random | keep postgres_password
random | keep link_key
random | keep meilisearch_master_key
openssl genpkey -algorithm ed25519 | keep session_private_key
openssl pkey -pubout -in session_private_key | keep session_public_key
search_key 5c1b9b06-5a55-4d0c-9d7e-0f2f6a1c7b10 | keep meilisearch_index_key
search_key 8e0c3a52-9b0e-4f7b-8a53-6f1d2d9e4c21 | keep meilisearch_search_key
printf 'env = "production"\nmaster_key = "%s"\n' "$(cat meilisearch_master_key)" | keep meilisearch_config
# The mail catcher's. Put your mail server's here: smtp://user:password@host:587
printf 'smtp://mail:1025\n' | keep smtp_url

for user in topology partners knowledge events notifier; do
  random | keep "${user}_nats_password"
  printf 'nats://%s:%s@nats:4222\n' "$user" "$(cat "${user}_nats_password")" | keep "${user}_nats_url"
done
for user in topology partners knowledge events notifier; do
  printf '%s_password: "%s"\n' "$user" "$(cat "${user}_nats_password")"
done | keep nats_passwords

for service in partners knowledge events notifier; do
  random | keep "${service}_database_password"
  printf 'postgresql+asyncpg://%s:%s@postgres:5432/%s\n' \
    "$service" "$(cat "${service}_database_password")" "$service" | keep "${service}_database_url"
done

echo "Secrets are in $folder."
