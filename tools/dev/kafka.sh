# Real Kafka: the jars for tests, two clusters for the walk-through, two for the demo.
# shellcheck shell=bash

readonly kafka_home=$root/.deps/kafka
readonly kafka_cluster=$root/tests/support/kafka/kafka-cluster
export KAFKA_HOME=$kafka_home

# fetch_kafka [--mirror]: with MirrorMaker 2, for the benchmarks. What has it serves both.
fetch_kafka() {
  local stamp=$kafka_home/fetched wanted
  wanted="$(cksum <tests/support/kafka/pom.xml) $(readlink -f "$(command -v java)")"
  [[ -e $kafka_home/classes.jsa ]] && grep -qsxF "$wanted${1:+ $1}" "$stamp" && return
  step "Apache Kafka for tests${1:+, with MirrorMaker 2}"
  KAFKA_TRAIN_PORT=$(free_port) run_quietly "check that Maven reaches its repository (settings: ~/.m2/settings.xml)" \
    "$kafka_cluster" fetch "$@"
  printf '%s\n' "$wanted" ${1:+"$wanted $1"} >"$stamp"
  done_step
}

# A port on which nothing listens, and neither on those of a cluster's other listeners.
free_port() {
  local port taken
  taken=$(awk 'FNR > 1 {sub(/.*:/, "", $2); print $2}' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  while true; do
    port=$((20000 + RANDOM % 12000))
    [[ $taken == *$(printf %04X "$port")* || $taken == *$(printf %04X $((port + 200)))* ]] || break
  done
  printf '%s' "$port"
}

# --- the walk-through ---------------------------------------------------------------------------

walkthrough_kafka() {
  export KAFKA_DATA=$kafka_home/walkthrough
  case $*: in
    up:)
      setup
      kafka_up
      ;;
    status:) kafka_status ;;
    down:) kafka_down ;;
    tool\ *\ *) "$kafka_cluster" "$@" ;;
    tool: | tool\ *) wrong_usage "kafka tool needs a cluster, source or target, and a class" ;;
    *) wrong_usage "kafka: not known: $*" ;;
  esac
}

kafka_up() {
  step "two Kafka clusters"
  ensure_cluster source "${STRAIT_SOURCE_PORT:-19092}"
  ensure_cluster target "${STRAIT_TARGET_PORT:-29092}"
  done_step
  local source target
  source=$(<"$KAFKA_DATA/source/bootstrap") target=$(<"$KAFKA_DATA/target/bootstrap")
  cat <<NEXT

    source  $source
    target  $target

Next:
    ./dev build release
    build/release/exchange/strait demo --source $source --target $target
    ./dev kafka tool source org.apache.kafka.tools.TopicCommand --create --topic orders --partitions 3
    ./dev kafka status
    ./dev kafka down
README.md walks through a link of your own between them.
NEXT
}

ensure_cluster() {
  local remedy="is port $2 or $(($2 + 200)) taken? Choose another in STRAIT_${1^^}_PORT, then: ./dev kafka down; ./dev kafka up"
  if [[ -e $KAFKA_DATA/$1/bootstrap && -d $KAFKA_DATA/$1/node-1/data ]]; then
    run_quietly "$remedy" "$kafka_cluster" restart "$1"
  else
    "$kafka_cluster" destroy "$1"
    run_quietly "$remedy" "$kafka_cluster" start "$1" "$2"
  fi
}

kafka_status() {
  local cluster
  [[ -d $KAFKA_DATA ]] || printf 'No clusters: ./dev kafka up starts two.\n'
  for cluster in source target; do
    [[ -e $KAFKA_DATA/$cluster/bootstrap ]] && printf '%s at %s\n' "$cluster" "$(<"$KAFKA_DATA/$cluster/bootstrap")"
  done
  "$kafka_cluster" status
}

kafka_down() {
  step "end both clusters and delete their data"
  "$kafka_cluster" destroy source
  "$kafka_cluster" destroy target
  rm -rf "$KAFKA_DATA"
  done_step
}

# --- the demo -----------------------------------------------------------------------------------

# What strait would refuse only after the clusters have started.
check_demo_options() {
  while (($#)); do
    case $1 in
      --keep) ;;
      --for=*) check_demo_time "${1#*=}" ;;
      --for)
        check_demo_time "${2-}"
        shift
        ;;
      *) wrong_usage "demo: not known: $1 (its options are --for TIME and --keep)" ;;
    esac
    shift
  done
}

check_demo_time() {
  [[ $1 =~ ^[0-9]+(ms|s|m|h|d)$ ]] || wrong_usage "demo: --for needs a time with its unit, like 20s, not '$1'"
}

demo() {
  local status=0 demo_pid=
  sweep_demos
  export KAFKA_DATA=$kafka_home/demo-$$
  trap end_demo EXIT
  # strait ends by itself, checks and reports; then the clusters end. A terminal's Ctrl-C reaches both of us.
  trap : INT
  trap '[[ -z $demo_pid ]] || kill -TERM "$demo_pid" 2>/dev/null' TERM
  step "two real Kafka clusters, single node each"
  run_quietly "read $logs/demo-source.log" "$kafka_cluster" start source "$(free_port)"
  run_quietly "read $logs/demo-target.log" "$kafka_cluster" start target "$(free_port)"
  done_step

  step "strait demo"
  build/dev/exchange/strait demo --source "$(<"$KAFKA_DATA/source/bootstrap")" \
    --target "$(<"$KAFKA_DATA/target/bootstrap")" "$@" &
  demo_pid=$!
  while kill -0 "$demo_pid" 2>/dev/null; do wait "$demo_pid" || true; done
  wait "$demo_pid" || status=$?
  ((status == 0)) || die "ended with status $status" \
    "its last lines above say what was not right; the brokers' logs are $logs/demo-*.log"
  done_step
}

end_demo() {
  local cluster
  mkdir -p "$logs"
  for cluster in source target; do
    cp "$KAFKA_DATA/$cluster/node-1/log" "$logs/demo-$cluster.log" 2>/dev/null || true
    "$kafka_cluster" destroy "$cluster"
  done
  rm -rf "$KAFKA_DATA"
}

# Ends what a demo left that was itself killed.
sweep_demos() {
  local left
  for left in "$kafka_home"/demo-*; do
    if [[ -d $left && ! -d /proc/${left##*-} ]]; then
      (export KAFKA_DATA=$left && end_demo)
    fi
  done
}
