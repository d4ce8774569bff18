# Build, tests, benchmarks.
# shellcheck shell=bash

# Compilers at a time: one per processor, but 1.5 GiB of memory each.
jobs_max() {
  local jobs memory
  jobs=$(nproc)
  memory=$(awk '/^MemAvailable/ {print int($2 / 1572864)}' /proc/meminfo)
  ((jobs <= memory)) || jobs=$((memory > 0 ? memory : 1))
  printf '%s' "${STRAIT_JOBS:-$jobs}"
}

# configure PRESET. Ninja itself notices changed CMake files, not changed presets or dependencies.
configure() {
  local stamp=build/$1/build.ninja
  [[ $stamp -nt CMakePresets.json && $stamp -nt .deps/versions ]] && return
  step "configure $1"
  run_quietly "read the message above; 'rm -rf build/$1' starts afresh" cmake --preset "$1"
  done_step
}

# build PRESET [TARGET]...
build() {
  local preset=$1
  shift
  case $preset in
    dev | release | asan | tsan) ;;
    *) wrong_usage "no such preset: $preset" ;;
  esac
  configure "$preset"
  step "build ${1:-all} in build/$preset"
  run "correct what the compiler says above" cmake --build "build/$preset" --parallel "$(jobs_max)" ${1:+--target "$@"}
  done_step
}

# run_tests [--preset P] [soak | FILTER]
run_tests() {
  local preset=dev which=(--label-exclude '^soak$') log status=0
  if [[ ${1-} == --preset ]]; then
    (($# >= 2)) || wrong_usage "--preset needs a name"
    preset=$2 && shift 2
  fi
  (($# <= 1)) || wrong_usage "test takes one filter"
  # Sanitizers look at what runs in one process: they are too slow for what real brokers are asked.
  [[ $preset == [at]san ]] && which=(--label-exclude '^(soak|kafka)$')
  case ${1-} in
    '') ;;
    soak) which=(--label-regex '^soak$') ;;
    *) which+=(--tests-regex "$1") ;;
  esac
  setup
  build "$preset"

  step "tests of $preset${1:+: $1}"
  if [[ -n ${1-} && $preset != [at]san ]] && ! ctest_has "$preset" "${which[@]}"; then
    run_broker_tests "$preset" "$1"
    done_step
    return
  fi
  log=build/$preset/ctest.log
  ctest --preset "$preset" --parallel "$(nproc)" --no-tests=error "${which[@]}" |
    tee "$log" | without_what_passed || status=$?
  if ((status)) && ! passes_alone "$preset" "$log"; then
    failures_in "$log" >&2
    die "ctest failed with status $status" "the output of each failed test is above and in $log; one alone: ./dev test NAME"
  fi
  done_step
  grep 'tests passed' "$log"
}

# without_what_passed: what ctest prints, but where nobody watches only what is not as it should be.
without_what_passed() {
  if [[ -t 1 ]]; then cat && return; fi
  grep --line-buffered -Ev '^ +Start +[0-9]+: |   Passed +[0-9.]+ sec$' || true
}

# failures_in LOG: which tests failed, and the begin of each reason, as the last thing to be read: a
# failed program may print more than anybody is shown.
failures_in() {
  printf '\n==> what failed\n'
  grep -E -A 5 '\*\*\*(Failed|Timeout|Exception|Not Run)|: Failure$|^\[  FAILED  \] |ERROR: (Address|Leak|Thread)|runtime error: ' "$1" |
    cut -c 1-300 | head -n 150
}

# passes_alone PRESET LOG: whether all that failed are tests on real brokers, at most three, and each
# passes when it has the machine for itself. Why it did not beside others is said, not forgotten.
passes_alone() {
  local ended=' \([0-9]+ ms\)$' program programs tests names
  mapfile -t programs < <(sed -En 's/^\s+[0-9]+ - (\S+ \([A-Za-z ]+\)).*$/\1/p' "$2")
  ! printf '%s\n' "${programs[@]}" | grep -Evq '^(integration|faults)_[0-9]+ \(Failed\)$' || return 1
  mapfile -t tests < <(sed -En "s/^\[  FAILED  \] ([^ ,]+).*$ended/\1/p" "$2")
  ((${#programs[@]} && ${#tests[@]} && ${#tests[@]} <= 3)) || return 1
  names=${tests[*]}
  failures_in "$2" >&2
  printf '\n==> once more, alone: %s\n' "$names" >&2
  for program in $(printf '%s\n' "${programs[@]%%_*}" | sort -u); do
    "build/$1/tests/${program}_test" --gtest_filter="${names// /:}" || return 1
  done
  printf '\n./dev: failed beside others, and passed alone: %s\n' "$names" >&2
  printf '    remedy: that is a defect, of the test or of the program: the output is in %s\n' "$2" >&2
}

# ctest_has PRESET SELECTION...: whether there is such a test.
ctest_has() {
  ! ctest --preset "$1" --show-only "${@:2}" | grep -x 'Total Tests: 0' >/dev/null
}

# run_broker_tests PRESET PART: what runs on real brokers is one entry of ctest for each program, so
# that its tests share them; those of it whose name contains PART.
run_broker_tests() {
  local program programs=()
  for program in "build/$1"/tests/{integration,faults}_test; do
    if "$program" --gtest_list_tests --gtest_filter="*$2*" | grep '^  ' >/dev/null; then programs+=("$program"); fi
  done
  ((${#programs[@]})) || die "no test has '$2' in its name" "ctest --test-dir build/$1 -N lists most of them"
  for program in "${programs[@]}"; do
    run "its output is above" "$program" --gtest_filter="*$2*" --gtest_also_run_disabled_tests
  done
}

# bench [NAME [ARG]...]
bench() {
  local name=${1-} found=()
  setup ${name:+--mirror}
  [[ ! -d bench ]] || build release strait bench/all
  mapfile -t found < <(find build/release/bench -maxdepth 1 -type f -executable -printf '%f\n' 2>/dev/null | sort)
  if [[ -z $name ]]; then
    printf 'usage: ./dev bench NAME [ARG]...\nbenchmarks: %s\n' "${found[*]:-none}"
    return
  fi
  [[ -x build/release/bench/$name ]] || die "no benchmark $name" "choose one of: ${found[*]:-none}"
  step "benchmark $name"
  run "read its output above" "build/release/bench/$name" "${@:2}"
  done_step
}
