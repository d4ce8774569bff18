# The Debian packages that Strait is built and tested with.
# shellcheck shell=bash

readonly packages=(
  # compiler, its sanitizers and their symbol names, linker, cache
  clang-19 libclang-rt-19-dev llvm-19 mold ccache
  # build
  cmake ninja-build pkg-config dpkg-dev
  # libraries
  librocksdb-dev libsnappy-dev libbz2-dev libgflags-dev liblz4-dev libzstd-dev zlib1g-dev
  libssl-dev libcurl4-openssl-dev libsasl2-dev libyaml-cpp-dev libspdlog-dev libfmt-dev libcli11-dev
  libre2-dev libxxhash-dev prometheus-cpp-dev libsqlite3-dev
  # tests: GoogleTest; JSON Schema; Kafka and what its clusters are made with
  libgtest-dev libgmock-dev libvalijson-dev maven openssl curl jq
  # lint
  clang-tidy-19 clang-format-19 shellcheck shfmt python3-pip
)
readonly java_package=default-jre-headless
readonly java_min=17
readonly node_packages=(nodejs npm) # lint

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]})) || return 0

  step "Debian packages: ${missing[*]}"
  as_root "check the network and the package sources of this machine" apt-get update
  as_root "run 'apt-get -f install' and read its advice; Debian 12.11, 13 or newer is needed" \
    env DEBIAN_FRONTEND=noninteractive apt-get --option DPkg::Lock::Timeout=300 install --yes --no-install-recommends "${missing[@]}"
  has_java || die "the java in use is older than $java_min" "choose a newer one: update-alternatives --config java"
  done_step
}

missing_packages() {
  local name installed=' '
  installed+=$(dpkg-query --show --showformat '${Package}=${db:Status-Status} ' "${packages[@]}" 2>/dev/null) || true
  for name in "${packages[@]}"; do
    [[ $installed == *" $name=installed "* ]] || printf '%s\n' "$name"
  done
  has_java || printf '%s\n' "$java_package"
  has_node || printf '%s\n' "${node_packages[@]}"
}

has_java() {
  local version
  command -v java >/dev/null || return 1
  version=$(readlink -f "$(command -v java)")
  # Debian's folders name the version; otherwise ask, which takes longer.
  [[ $version =~ /java-([0-9]+)-openjdk ]] || [[ $(java -version 2>&1) =~ \"([0-9]+)\. ]] || return 1
  ((BASH_REMATCH[1] >= java_min))
}

has_node() {
  command -v node >/dev/null && command -v npm >/dev/null
}

is_debian() {
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null
}

print_needs() {
  cat >&2 <<NEEDS
./dev: this machine has no apt, and only Debian 12 and 13 are set up by themselves. Strait needs:

  Clang 19 with its sanitizer runtimes (or GCC 14), clang-tidy 19, clang-format 19, mold, ccache
  CMake 3.25, Ninja, pkg-config
  Boost 1.88 headers or newer (1.92 advised), librdkafka 2.10 or newer 2.x, built with -DWITH_C11THREADS=OFF
  RocksDB 7.8, OpenSSL 3, yaml-cpp 0.7, spdlog 1.10 with fmt, CLI11 2.1, RE2, xxHash, prometheus-cpp (core)
  SQLite 3.40 with FTS5, libcurl 7.85
  GoogleTest 1.12 with gmock
  Java $java_min, Maven, openssl, curl, jq
  promtool 2.42 or newer, in PATH
  shellcheck, shfmt; python3 with openapi-spec-validator; Node.js 18, npm

    remedy: with these in place: cmake --preset dev && cmake --build --preset dev
            and for tests on real Kafka: tests/support/kafka/kafka-cluster fetch && ctest --preset dev
NEEDS
  exit 1
}
