# Format, scripts, the document of the API and clang-tidy. A finding is an error.
# shellcheck shell=bash

readonly tidy_stamps=build/lint/tidy

# Files of the checkout, also those not added yet, that match a pattern.
project_files() {
  local file
  git ls-files --cached --others --exclude-standard -- "$@" | sort -u | while read -r file; do
    if [[ -f $file ]]; then printf '%s\n' "$file"; fi
  done
}

# Without files, the checks would pass.
check_git() {
  run "if it speaks of ownership: git config --global --add safe.directory '$root'" git ls-files --error-unmatch dev >/dev/null
}

programs() {
  project_files | xargs -r -d '\n' grep -lE -m 1 '^#!.*\bbash$' --
}

scripts() {
  programs
  project_files '*.sh'
}

lint() {
  local sources found=()
  check_git
  step "clang-format"
  mapfile -t sources < <(project_files '*.cpp' '*.hpp')
  run "./dev format" clang-format-19 --dry-run --Werror "${sources[@]}"
  done_step "${#sources[@]} files"

  step "shellcheck and shfmt"
  mapfile -t found < <(programs) # and through them the parts that they read in
  run "correct what it says above" shellcheck --external-sources --check-sourced "${found[@]}"
  mapfile -t found < <(scripts)
  run "./dev format" shfmt -d "${found[@]}"
  done_step "${#found[@]} scripts"

  step "OpenAPI" # which a test holds against what the program answers
  PYTHONPATH=$openapi_linter run "correct what it says above: api/openapi/ makes the document" \
    /usr/bin/python3 -m openapi_spec_validator tests/api/golden/openapi.json
  done_step

  asyncapi

  # Nobody runs Ninja there, which would notice that CMakeLists.txt has changed.
  rm -f build/lint/build.ninja
  configure lint
  tidy
}

format() {
  local sources found=()
  check_git
  step "format"
  mapfile -t sources < <(project_files '*.cpp' '*.hpp')
  mapfile -t found < <(scripts)
  run "read the message above" clang-format-19 -i "${sources[@]}"
  run "correct the syntax that it complains about" shfmt -w "${found[@]}"
  done_step
}

# --- AsyncAPI ------------------------------------------------------------------------------------

# What the tests hold the generated documents to, read as everybody's tools read it.
asyncapi() {
  local parser=$deps/asyncapi documents=(tests/api/golden/asyncapi/*.json) wanted
  step "AsyncAPI documents"
  wanted=$(cat tools/asyncapi/* | cksum)
  if ! grep -qsxF "$wanted" "$parser/fetched"; then
    mkdir -p "$parser"
    cp tools/asyncapi/* "$parser"
    run_quietly "check that npm reaches its registry" npm ci --prefix "$parser" --ignore-scripts --no-audit --no-fund
    printf '%s\n' "$wanted" >"$parser/fetched"
  fi
  run "correct the document that it names" node "$parser/check.mjs" "${documents[@]}"
  done_step "${#documents[@]} documents"
}

# --- clang-tidy ---------------------------------------------------------------------------------

# Only what changed: the stamp of a clean file is named after all that its findings depend on.
tidy() {
  local keys stale=() key source
  step "clang-tidy"
  mkdir -p "$tidy_stamps"
  keys=$(tidy_keys)
  while read -r key source; do
    if [[ -e $tidy_stamps/$key ]]; then
      touch "$tidy_stamps/$key"
    else
      stale+=("$key $source")
    fi
  done <<<"$keys"
  printf '%s\n' "${stale[@]}" | xargs -r -L 1 -P "$(jobs_max)" bash -c 'tidy_one "$@"' tidy_one ||
    die "clang-tidy has findings" "correct what it says above, then ./dev lint again: clean files are not checked twice"
  find "$tidy_stamps" -type f -mtime +30 -delete
  done_step "${#stale[@]} files checked"
}

# tidy_one KEY SOURCE
tidy_one() {
  local output status=0
  output=$(clang-tidy-19 --quiet -p build/lint "$2" 2>/dev/null) || status=$?
  printf '    %s\n%s' "$2" "${output:+$output$'\n'}"
  ((status)) || : >"build/lint/tidy/$1"
  return "$status"
}
export -f tidy_one

# Prints "KEY SOURCE" for each source of the program's modules, largest first, so that none is left alone at the end.
# tests/ and bench/ would take as long again: they are held by clang-format, by the warnings of the compiler and by
# tidy_test.
tidy_keys() {
  local common source closure
  common=$(cat .clang-tidy tests/.clang-tidy .deps/versions CMakeLists.txt cmake/strait.cmake && clang-tidy-19 --version)
  include_closures | while read -r source closure; do
    printf '%s %s\n' "$(printf '%s' "$common $source $closure" | sha256sum | cut -c 1-40)" "$source"
  done
}

# Sorts lines "source x PATH" by the size of the file.
largest_first() {
  local path
  while read -r _ _ path; do printf '%s %s\n' "$(wc -c <"$path")" "$path"; done | sort -rn | sed -E 's/^[0-9]+ /source x /'
}

# Prints for each compiled source the hashes of itself and of the headers of ours that it includes, at any
# depth: includes are written from the root, so that text tells them.
include_closures() {
  local files
  mapfile -t files < <(project_files '*.cpp' '*.hpp')
  {
    sha256sum "${files[@]}" | sed 's/^\([0-9a-f]*\)  /hash \1 /'
    grep -HoE '^#include "[^"]+"' "${files[@]}" | sed -E 's/^([^:]+):#include "(.*)"$/include \1 \2/'
    jq -r '.[].file' build/lint/compile_commands.json | sed -n "s|^$root/|source x |p" | grep -E ' (api|catalog|core|exchange|kafka|links)/' | sort -u | largest_first
  } | awk '
    $1 == "hash" { hash[$3] = $2 }
    $1 == "include" { includes[$2] = includes[$2] " " $3 }
    $1 == "source" {
      split("", seen); split("", queue); queue[1] = $3; seen[$3] = 1; closure = ""; count = 1
      for (i = 1; i <= count; i++) {
        closure = closure hash[queue[i]]
        parts = split(includes[queue[i]], next_files, " ")
        for (j = 1; j <= parts; j++) {
          if (!(next_files[j] in seen)) { seen[next_files[j]] = 1; queue[++count] = next_files[j] }
        }
      }
      print $3, closure
    }'
}
