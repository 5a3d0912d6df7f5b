#!/usr/bin/env bash
# Installs the Debian packages that some features want. Nothing else in this project installs system packages.
#   bubblewrap  isolation level "namespaces"
#   chromium    the check of the HTML report in a real browser
set -euo pipefail

packages=(bubblewrap chromium)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing+=("$package")
done
if [ "${#missing[@]}" -eq 0 ]; then
  echo "all system packages are there: ${packages[*]}"
  exit 0
fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
