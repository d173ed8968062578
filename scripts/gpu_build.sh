#!/usr/bin/env bash
# Builds the trainer on a GPU machine with that machine's own torch, from the packages of scripts/gpu_kit.sh; no network:
#
#   scripts/gpu_build.sh PACKAGES_FOLDER BUILD_FOLDER
#
# Leaves BUILD_FOLDER/paw_train_mapper and the back-end's test. The packages are unpacked into BUILD_FOLDER/packages, never into the system.
set -euo pipefail
[[ $# -eq 2 ]] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
packages=$(realpath "$1")
mkdir -p "$2"
build=$(realpath "$2")
root=$build/packages
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for package in "$packages"/*.deb; do dpkg-deb -x "$package" "$root"; done
triplet=$(ls "$root/usr/lib" | grep -m1 linux-gnu)
# Static libraries alone: what runs there needs nothing of this folder.
rm -f "$root/usr/lib/$triplet"/*.so
command -v pkg-config > /dev/null || { export PATH=$root/usr/bin:$PATH LD_LIBRARY_PATH=$root/usr/lib/$triplet:${LD_LIBRARY_PATH:-}; ln -sf pkgconf "$root/usr/bin/pkg-config"; }
export PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_LIBDIR=$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig
torch=$(python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))')
generator=(); command -v ninja > /dev/null && generator=(-G Ninja)
# Another compiler than ours may warn of other things: no warning is an error here.
cmake -S "$source" -B "$build" "${generator[@]}" -DCMAKE_BUILD_TYPE=Release -DPAW_TRAINER_ONLY=ON -DPAW_WERROR=OFF -DPAW_TORCH=ON \
  -DPAW_TORCH_DIR="$torch" -DCMAKE_PREFIX_PATH="$root/usr" -DCMAKE_CXX_FLAGS="-include cstdint -isystem $root/usr/include" > "$build/cmake.log" \
  || { cat "$build/cmake.log" >&2; exit 1; }
cmake --build "$build" --parallel "$(nproc)" --target paw_train_mapper train_mapper_torch_test
