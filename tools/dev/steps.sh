# Steps: each says what it does and how long it took; the first failure ends the command with its remedy.
# shellcheck shell=bash

step_title=
step_start=
readonly logs=$root/build/logs

# step TITLE: what follows belongs to it, up to done_step.
step() {
  step_title=$1
  step_start=${EPOCHREALTIME/[.,]/}
  printf '==> %s\n' "$step_title"
}

done_step() {
  local tenths=$(((${EPOCHREALTIME/[.,]/} - step_start) / 100000))
  printf '    %s: %d.%d s\n' "${1:-done}" $((tenths / 10)) $((tenths % 10))
  step_title=
}

# die PROBLEM REMEDY
die() {
  printf '\n./dev: %s%s\n' "${step_title:+$step_title: }" "$1" >&2
  printf '    remedy: %s\n' "$2" >&2
  exit 1
}

wrong_usage() {
  printf './dev: %s\n\n%s\n' "$1" "$usage" >&2
  exit 2
}

# A command as a message shows it.
shortened() {
  local line=$*
  ((${#line} <= 240)) || line="${line:0:240} ..."
  printf '%s' "$line"
}

# run REMEDY COMMAND...: a program, not a function: its failure ends everything.
run() {
  local remedy=$1 status=0
  shift
  "$@" || status=$?
  ((status == 0)) || die "failed with status $status: $(shortened "$@")" "$remedy"
}

# The same for a program whose output matters only if it fails.
run_quietly() {
  local remedy=$1 log status=0
  shift
  mkdir -p "$logs"
  log=$logs/$(basename "$1")-$$.log
  "$@" </dev/null >"$log" 2>&1 || status=$?
  if ((status)); then
    tail -n 25 "$log" >&2
    die "failed with status $status (all output: $log): $(shortened "$@")" "$remedy"
  fi
  rm -f "$log"
}

# Runs a program as root.
as_root() {
  if ((EUID == 0)); then
    run_quietly "$@"
  else
    command -v sudo >/dev/null || die "not root, and no sudo to run: ${*:2}" "run that as root, then try again"
    run_quietly "$1" sudo "${@:2}"
  fi
}
