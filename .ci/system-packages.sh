#!/usr/bin/env bash
# Installs what real nodes, their build and the tests need of a Debian or Ubuntu system, with sudo unless it runs as root.
# Usage: .ci/system-packages.sh
set -euo pipefail
cd "$(dirname "$0")/.."

as_root=()
((EUID == 0)) || as_root=(sudo)
packages=$(node --import tsx --eval "
  import('./lib/targets/linux/system-prerequisites.ts').then(({ neededPackages }) => console.log(neededPackages.join(' ')))")
"${as_root[@]}" apt-get update --quiet=2
# Beside what nodes and their build need, the other shell that reads the guides.
# shellcheck disable=SC2086 # several names
"${as_root[@]}" apt-get install --quiet=2 --yes --no-install-recommends $packages zsh >/dev/null
# A node shares its kernel with the machine, and can load no module. Where they are built in, there may be no modprobe;
# what is really missing, target linux says.
"${as_root[@]}" modprobe --all br_netfilter overlay 2>/dev/null || true
