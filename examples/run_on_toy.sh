#!/bin/sh
# run_on_toy.sh MAKE_TOY EXAMPLE: runs an API example on the toy base of the tests, in a folder of its own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" "$folder/toy.gguf"
PAW_CACHE_DIR="$folder/cache" "$2" "$folder/toy.gguf" 3 > "$folder/out"
cat "$folder/out"
grep -q '^answer: \(urgent\|normal\)$' "$folder/out"
test "$(grep -c '^batch: \(urgent\|normal\)$' "$folder/out")" -eq 2
