# .deps/: Boost headers and librdkafka newer than Debian's stable releases have, from Debian's next release; promtool;
# openapi-spec-validator.
# A private apt configuration reads that release's lists: the system's package sources stay untouched,
# and apt checks the signatures.
# shellcheck shell=bash

readonly deps=$root/.deps
readonly deps_suite=forky
readonly boost_minor_min=88 boost_minor_wanted=92 # below 1.92, Beast accepts shapes of request smuggling
readonly rdkafka_min=2.10
readonly keyring=/usr/share/keyrings/debian-archive-keyring

# Two commands at a time do not set up the same thing.
with_deps_lock() {
  mkdir -p "$deps"
  exec {deps_lock}>"$deps/.lock"
  if ! flock --nonblock "$deps_lock"; then
    printf 'Another ./dev sets up; waiting for it.\n'
    flock "$deps_lock"
  fi
  "$@"
  exec {deps_lock}>&-
}

make_deps() {
  local scratch
  have_deps && return
  scratch=$(mktemp -d "$deps/.making-XXXXXX")
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf '$scratch'" EXIT
  mkdir -p "$scratch/stage/lib"

  configure_apt "$scratch"
  unpack_boost "$scratch"
  build_rdkafka "$scratch"

  rm -rf "${deps:?}"/{include,lib,share,versions}
  mv "$scratch"/stage/* "$deps"
  mv "$scratch/versions" "$deps/versions"
  rm -rf "$scratch"
  trap - EXIT
  unset APT_CONFIG
}

# What is there is in the accepted range and whole: `versions` is written last.
have_deps() {
  local name version boost='' rdkafka=''
  [[ -e $deps/versions ]] || return 1
  while read -r name version _; do
    case $name in
      boost) boost=$version ;;
      librdkafka) rdkafka=$version ;;
    esac
  done <"$deps/versions"
  accepts_boost "$boost" && accepts_rdkafka "$rdkafka" && [[ -e $deps/lib/librdkafka.so ]]
}

accepts_boost() {
  [[ $1 =~ ^1\.([0-9]+)\. ]] && ((BASH_REMATCH[1] >= boost_minor_min))
}

accepts_rdkafka() {
  [[ $1 =~ ^2\.([0-9]+)\. ]] && ((BASH_REMATCH[1] >= ${rdkafka_min#2.}))
}

print_versions() {
  printf '%s\n' "In .deps:" && sed 's/^/    /' "$deps/versions"
}

configure_apt() {
  local key uri
  step "package lists of Debian $deps_suite, beside the system's own"
  [[ -e $keyring.gpg ]] && key=$keyring.gpg || key=$keyring.pgp
  uri=$(debian_uri)
  if [[ -z $uri ]]; then # no lists yet
    as_root "check the network and the package sources of this machine" apt-get update
    uri=$(debian_uri)
  fi
  [[ -n $uri ]] || die "no Debian archive among this machine's package sources" \
    "add one; or put Boost >= 1.$boost_minor_min headers and librdkafka >= $rdkafka_min into .deps and build with cmake --preset dev"

  mkdir -p "$1"/apt/{sources,lists/partial,cache/archives/partial}
  cat >"$1/apt/sources/next.sources" <<SOURCE
Types: deb deb-src
URIs: $uri
Suites: $deps_suite
Components: main
Signed-By: $key
SOURCE
  cat >"$1/apt/apt.conf" <<CONF
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$1/apt/sources";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$1/apt/lists";
Dir::State::status "/dev/null";
Dir::Cache "$1/apt/cache";
APT::Sandbox::User "";
CONF
  export APT_CONFIG=$1/apt/apt.conf
  run_quietly "check the network; if it says NO_PUBKEY, upgrade the package debian-archive-keyring" \
    apt-get update --error-on=any
  done_step
}

# The archive that this machine itself is installed from.
debian_uri() {
  # shellcheck disable=SC2016  # the fields are apt's
  env -u APT_CONFIG apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    sed -n 's/^Debian|Debian|//p' | sed -n 1p
}

# The version that apt would take of a package.
candidate() {
  LC_ALL=C apt-cache policy "$1" | sed -n 's/^ *Candidate: //p'
}

# Unpacked, not installed. lib/<triplet>/cmake stays where it is: moved, its files find no headers.
unpack_boost() {
  local minor version system
  system=$(dpkg-query --show --showformat '${Version}' libboost-dev 2>/dev/null) || true
  if [[ $system =~ ^1\.([0-9]+)\. ]] && ((BASH_REMATCH[1] >= boost_minor_wanted)); then
    printf 'boost %s system\n' "$system" >>"$1/versions"
    return
  fi
  step "Boost headers of Debian $deps_suite"
  minor=$(apt-cache pkgnames libboost1. | sed -n 's/^libboost1\.\([0-9]*\)-dev$/\1/p' | sort -n | tail -n 1)
  ((${minor:-0} >= boost_minor_min)) || die "$deps_suite has no Boost >= 1.$boost_minor_min but 1.${minor:-none}" \
    "report this: the accepted range stands in tools/dev/deps.sh"
  version=$(candidate "libboost1.$minor-dev")
  (cd "$1" && run_quietly "check the network" apt-get download "libboost1.$minor-dev")
  run_quietly "free some disk space" dpkg --extract "$1"/libboost1*.deb "$1/boost"
  cp -a "$1"/boost/usr/* "$1/stage/"
  printf 'boost %s debian-%s\n' "$version" "$deps_suite" >>"$1/versions"
  done_step "$version"
}

# Upstream's own layout: Debian's patches replace parts that its CMake files expect.
build_rdkafka() {
  local version source=$1/librdkafka build=$1/librdkafka-build
  step "librdkafka of Debian $deps_suite, built from source"
  version=$(LC_ALL=C apt-cache showsrc librdkafka | sed -n 's/^Version: //p' | sort -V | tail -n 1)
  accepts_rdkafka "$version" || die "$deps_suite has librdkafka $version, wanted is $rdkafka_min or newer 2.x" \
    "report this: the accepted range stands in tools/dev/deps.sh"
  (cd "$1" && run_quietly "check the network" apt-get source --download-only "librdkafka=$version")
  run_quietly "free some disk space" dpkg-source --no-check --skip-patches --extract "$1"/librdkafka_*.dsc "$source"
  # Without C11 threads: ThreadSanitizer does not see thrd_create and crashes.
  run_quietly "read the log named above" cmake -S "$source" -B "$build" -G Ninja \
    -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_INSTALL_PREFIX="$deps" -DCMAKE_INSTALL_LIBDIR=lib -DWITH_C11THREADS=OFF -DWITH_SASL=ON \
    -DWITH_SSL=ON -DWITH_CURL=ON -DWITH_ZSTD=ON -DENABLE_LZ4_EXT=ON \
    -DRDKAFKA_BUILD_EXAMPLES=OFF -DRDKAFKA_BUILD_TESTS=OFF
  run_quietly "read the log named above" cmake --build "$build" --target rdkafka --parallel "$(jobs_max)"
  DESTDIR=$1/installed run_quietly "free some disk space" cmake --install "$build/src"
  cp -a "$1/installed$deps"/* "$1/stage/"
  # So that a checkout may be moved.
  sed -i "s|^prefix=.*|prefix=\${pcfiledir}/../..|" "$1/stage/lib/pkgconfig/rdkafka.pc"
  printf 'librdkafka %s debian-%s\n' "$version" "$deps_suite" >>"$1/versions"
  done_step "$version"
}

# promtool, which tests the alerts of examples/monitoring: from the package of this machine's own release. Unpacked,
# not installed, because that would start a server.
fetch_promtool() {
  local scratch
  [[ -x $deps/bin/promtool ]] && return
  step "promtool, of Debian's package prometheus"
  scratch=$(mktemp -d "$deps/.making-XXXXXX")
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf '$scratch'" EXIT
  if ! (cd "$scratch" && apt-get download prometheus) >/dev/null 2>&1; then # no lists yet, or old ones
    as_root "check the network and the package sources of this machine" apt-get update
    (cd "$scratch" && run_quietly "check the network and the package sources of this machine" apt-get download prometheus)
  fi
  run_quietly "free some disk space" dpkg --extract "$scratch"/prometheus_*.deb "$scratch/prometheus"
  mkdir -p "$deps/bin"
  mv "$scratch/prometheus/usr/bin/promtool" "$deps/bin/promtool"
  rm -rf "$scratch"
  trap - EXIT
  done_step
}

# openapi-spec-validator, which lints the document of the API: in a folder of its own, with the versions of
# openapi-requirements.txt. Another Python than the one it was installed with installs it again.
readonly openapi_linter=$deps/openapi-linter

fetch_openapi_linter() {
  local wanted
  wanted=$({ /usr/bin/python3 --version && cat tools/dev/openapi-requirements.txt; } | sha256sum)
  [[ -e $openapi_linter/wanted && $(<"$openapi_linter/wanted") == "$wanted" ]] && return
  step "openapi-spec-validator"
  rm -rf "$openapi_linter"
  run_quietly "check the network; its versions stand in tools/dev/openapi-requirements.txt" \
    /usr/bin/python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$openapi_linter" \
    --requirement tools/dev/openapi-requirements.txt
  printf '%s\n' "$wanted" >"$openapi_linter/wanted"
  done_step
}
