#!/usr/bin/env bash
# What a GPU machine without a network needs of this one, as a folder to carry there (docs/training_gpu.md):
#
#   scripts/gpu_kit.sh FOLDER BASE.gguf [PIECES]
#
#   FOLDER/packages   the Debian packages that the trainer is built with: headers, static libraries
#   FOLDER/base.N     the base in PIECES equal pieces (2)
set -euo pipefail
[[ $# -ge 2 ]] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
folder=$1 base=$2 pieces=${3:-2}
packages=(nlohmann-json3-dev libcli11-dev libssl-dev libpcre2-dev libutf8proc-dev libgtest-dev libgmock-dev googletest
          pkgconf pkgconf-bin libpkgconf3)
mkdir -p "$folder/packages"
base=$(realpath "$base")
(cd "$folder/packages" && rm -f -- *.deb && apt-get -qq download "${packages[@]}")
rm -f "$folder"/base.*
split --number="$pieces" --numeric-suffixes --suffix-length=1 "$base" "$folder/base."
sha256sum < "$base" > "$folder/packages/base.sha256"
du -sh "$folder"/packages "$folder"/base.*
