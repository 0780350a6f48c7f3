# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts: installing what is missing, building what changed. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

BUILD_PACKAGES="build-essential meson ninja-build pkg-config python3 git ca-certificates
  libmicrohttpd-dev libgnutls28-dev libsimdjson-dev libsqlite3-dev libsodium-dev libssl-dev
  libcurl4-openssl-dev libzstd-dev zlib1g-dev libyaml-dev libroaring-dev libcmocka-dev
  libseccomp-dev libzxcvbn-dev libfido2-dev libqrencode-dev libgfshare-dev libutf8proc-dev"
TEST_PACKAGES="clang libclang-rt-14-dev chromium fonts-dejavu-core sqlite3 zstd openssl curl procps
  argon2 oathtool testssl.sh bsdextrautils dnsutils"
BENCH_PACKAGES="nginx-light wrk"

say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    echo "This needs root to install packages: run as root or install sudo. Wanted: $*" >&2
    exit 1
  fi
}

# Installs the Debian packages of the list that are not there yet.
need_packages() {
  local missing=""
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  say "installing$missing"
  as_root apt-get update -qq
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# Node 18 or newer with npm: Debian's own when the machine has none.
need_node() {
  local major=0
  command -v node >/dev/null && command -v npm >/dev/null && major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 18 ] || need_packages nodejs npm
}

# The packages of a folder's lock file, once per lock file.
need_npm() {
  local folder=$1 stamp
  stamp=$(sha256sum "$folder/package-lock.json" | cut -c1-64)
  if [ "$(cat "$folder/node_modules/.stamp" 2>/dev/null || true)" != "$stamp" ]; then
    say "npm packages of $folder"
    # npm ci refuses lock files that lack optional packages of other platforms (npm leaves them out when it
    # writes the file); npm install takes the same pinned versions.
    (cd "$folder" && { npm ci --no-audit --no-fund --loglevel=silent || npm install --no-save --no-audit --no-fund --loglevel=error; })
    echo "$stamp" >"$folder/node_modules/.stamp"
  fi
}

# console/dist from console/src, when a source changed.
build_console() {
  need_node
  need_npm console
  local stamp
  stamp=$(find console -path console/node_modules -prune -o -path console/dist -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64)
  if [ "$(cat console/dist/.stamp 2>/dev/null || true)" != "$stamp" ]; then
    say "console"
    (cd console && npm run --silent build)
    echo "$stamp" >console/dist/.stamp
  fi
}

# build_tree DIR "targets" meson-options... : configures once, then builds what changed of the targets ("": all).
build_tree() {
  local dir=$1 targets=$2
  shift 2
  [ -f "$dir/build.ninja" ] || meson setup "$dir" "$@" >"$dir.log" 2>&1 || { cat "$dir.log" >&2; exit 1; }
  rm -f "$dir.log"
  # shellcheck disable=SC2086
  ninja -C "$dir" $targets >"$dir/build.log" 2>&1 || { grep -E "error|warning|FAILED|undefined" "$dir/build.log" | head -n 60 >&2; exit 1; }
}

build_release() {
  need_packages $BUILD_PACKAGES
  build_console
  say "release build"
  build_tree build custos --buildtype=release -Db_lto=true -Dconsole="$PWD/console/dist"
}
