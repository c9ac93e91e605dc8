#!/usr/bin/env bash
# What failed, in short, of what jest has said: each failure's name and message, without the code around it and the stack.
# For the end of a log, where a person looks first.
# Usage: .ci/failures.sh LOG…
set -euo pipefail

awk '
  # A failure begins with its name, and its message ends where code or the stack does; nothing else is indented by two.
  # jest may say a failure twice.
  /^  ● / { shown = !said[$0]++ }
  /^[^ ]/ || /^ +(> +)?[0-9]+ \|/ || /^ +at .*:[0-9]+:[0-9]+\)?$/ { shown = 0 }
  shown
' "$@"
