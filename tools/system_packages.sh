#!/bin/sh
# Installs the servers and the browser that tests use, where they are missing and this is root on Debian.
# Elsewhere it says what to type; tests without their server are then skipped by name.
set -eu

missing=""
need() { # package, then any program that shows it is there
    package=$1
    shift
    for program in "$@"; do
        command -v "$program" >/dev/null 2>&1 && return
        [ -x "$program" ] && return
    done
    missing="$missing $package"
}

need postgresql initdb postgres /usr/lib/postgresql/*/bin/initdb
need pgbouncer pgbouncer /usr/sbin/pgbouncer
need mariadb-server mariadbd /usr/sbin/mariadbd
need chromium chromium chromium-browser google-chrome

[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -qq && apt-get install -qq -y --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
fi
echo "Not installed:$missing. Tests that need them are skipped. As root, type: apt-get install$missing" >&2
