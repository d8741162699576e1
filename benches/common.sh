# What the comparisons share. Source it: `. "$(dirname "$0")/common.sh"`.
#
# The server under test has core 0 for itself; the load and whatever the server needs have core 1. Rounds of ours and of
# the peer alternate, so that both meet the same moments of a machine that is never quite idle.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${CRAFTCHAIN_BIN:-$here/../target/release}
python=${PYTHON:-python3}
rounds=${ROUNDS:-5} seconds=${SECONDS_A_ROUND:-5}
folder=$(mktemp -d)
started=()

end() { # a program that was started, and wait until it is gone
  kill "$1" 2>/dev/null && wait "$1" 2>/dev/null || true
}

tidy() {
  local pid
  for pid in "${started[@]}"; do end "$pid"; done
  rm -rf "$folder"
}
trap tidy EXIT

need() { # a program, by the name of its Debian package
  command -v "$1" >/dev/null || { echo "$1 is missing: apt-get install ${2:-$1}" >&2; exit 1; }
}

begin() { # CORE PROGRAM [ARGUMENT...]; its process id is $begun
  local core=$1
  shift
  taskset -c "$core" "$@" >>"$folder/log" 2>&1 &
  begun=$!
  started+=("$begun")
}

await() { # until a URL answers with 200
  local tries
  for ((tries = 0; tries < 400; tries++)); do
    curl -fs -o /dev/null "$1" && return
    sleep 0.05
  done
  echo "$1 does not answer" >&2
  tail -5 "$folder/log" >&2
  exit 1
}

load() { # CONNECTIONS URL [wrk ARGUMENT...]: answers a second, and what was not a 2xx
  local connections=$1 url=$2 report
  shift 2
  report=$(taskset -c 1 wrk -t1 -c"$connections" -d"${seconds}s" --timeout 5s -s "$here/report.lua" "$@" "$url")
  tail -1 <<<"$report"
}

median() { # of the numbers on stdin
  sort -g | awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

table() { # of lines "NAME FIGURE...", the median of each name's first figure and its ratio to the first name's
  awk '!seen[$1]++ { print $1 }' "$1" | while read -r name; do
    printf '%s %s\n' "$name" "$(awk -v name="$name" '$1 == name { print $2 }' "$1" | median)"
  done | awk 'NR == 1 { base = $2 } { printf "%-28s %10.1f  %6.2fx\n", $1, $2, $2 / base }'
}

resident() { # megabytes
  awk '/^VmRSS/ { printf "%.1f\n", $2 / 1024 }' "/proc/$1/status"
}
