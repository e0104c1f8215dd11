#!/usr/bin/env bash
# A smoke test of the chart for CI, in the cluster of the current kubectl context. Steps: install, upgrade, a failing upgrade
# that must not change the old version, helm test, uninstall. Exits with 0 only if every step succeeds. Deletes all objects
# at the end.
#
#   SMOKE_DATABASE_URL=postgres://… SMOKE_IMAGE=registry/app:old SMOKE_IMAGE_NEW=registry/app:new tests/smoke/smoke.sh
#
#   SMOKE_DATABASE_URL  an empty database that pods can reach                              (required)
#   SMOKE_IMAGE         the application's image, repository:tag                            (required)
#   SMOKE_IMAGE_NEW     the image to upgrade to; default: SMOKE_IMAGE
#   SMOKE_VALUES        a values file with the settings of your image (migration.command, app.args, …)
#   SMOKE_CHART         the chart; default: chart/ in this repository
#   SMOKE_NAMESPACE     the namespace, which is created and deleted at the end; default: a generated name
#   SMOKE_TIMEOUT       the timeout of each helm command; default: 5m
#   HELM, KUBECTL       the executables; default: helm and kubectl on the PATH
set -euo pipefail

chart=${SMOKE_CHART:-$(cd "$(dirname "$0")/../../chart" && pwd)}
helm=${HELM:-helm} kubectl=${KUBECTL:-kubectl}
: "${SMOKE_DATABASE_URL:?is required. Set it to the URL of an empty database that pods can reach}"
: "${SMOKE_IMAGE:?is required. Set it to the image to install, repository:tag}"
release=smoke
namespace=${SMOKE_NAMESPACE:-smoke-$(date +%s)-$$}
timeout=${SMOKE_TIMEOUT:-5m}
work=$(mktemp -d)

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'smoke: %s\n' "$*" >&2; exit 1; }

clean_up() {
    local status=$?
    trap - EXIT INT TERM
    if [ "$status" -ne 0 ]; then
        say "pods, jobs and events of the namespace"
        "$kubectl" --namespace "$namespace" get pods,jobs || true
        "$kubectl" --namespace "$namespace" get events || true
    fi
    # uninstall does not delete hook objects. They are deleted together with the namespace.
    "$helm" --namespace "$namespace" uninstall "$release" --ignore-not-found >/dev/null 2>&1 || true
    "$kubectl" delete namespace "$namespace" --ignore-not-found --wait=true >/dev/null 2>&1 || true
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# upgrade IMAGE [more arguments]: writes helm's output to a file, which is printed only after a failure.
upgrade() {
    local image=$1
    shift
    "$helm" --namespace "$namespace" upgrade --install "$release" "$chart" \
        ${SMOKE_VALUES:+--values "$SMOKE_VALUES"} \
        --set-string "image.repository=${image%:*}" --set-string "image.tag=${image##*:}" \
        --set database.existingSecret=smoke-database --timeout "$timeout" --wait "$@" >"$work/log" 2>&1
}

# Prints name, restarts and readiness of the application's pods. Omits pods that are being deleted, because neither helm's
# --wait nor a rollout waits for them.
selector="app.kubernetes.io/instance=$release,app.kubernetes.io/component=server"
pods() {
    "$kubectl" --namespace "$namespace" get pods --selector "$selector" \
        --output 'go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}}{{range .status.containerStatuses}} {{.restartCount}} {{.ready}}{{end}}{{"\n"}}{{end}}{{end}}' | sort
}

# Helm 3 returns when the new pods are ready, which may be before the old pods are deleted.
rolled_out() {
    "$kubectl" --namespace "$namespace" get deployments --selector "$selector" --output name | while read -r deployment; do
        "$kubectl" --namespace "$namespace" rollout status "$deployment" --timeout "$timeout" >/dev/null
    done
}

say "namespace $namespace"
"$kubectl" create namespace "$namespace" >/dev/null
# The URL is not passed on the command line, because the process list would show it.
printf 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: smoke-database\nstringData:\n  url: "%s"\n' "$SMOKE_DATABASE_URL" \
    | "$kubectl" --namespace "$namespace" apply --filename - >/dev/null

say "install $SMOKE_IMAGE"
upgrade "$SMOKE_IMAGE" || { cat "$work/log" >&2; fail "the install failed"; }
pods
[ -n "$(pods)" ] || fail "the application has no pods"

new=${SMOKE_IMAGE_NEW:-$SMOKE_IMAGE}
say "upgrade to $new"
upgrade "$new" || { cat "$work/log" >&2; fail "the upgrade failed"; }
rolled_out
pods
before=$(pods)

say "an upgrade whose migration fails"
# A missing folder makes the migration of every image fail.
if upgrade "$new" --set migration.dir=/smoke-there-is-no-such-folder; then
    fail "helm reported success for an upgrade whose migration failed"
fi
grep -q "smoke-there-is-no-such-folder" "$work/log" || { cat "$work/log" >&2; fail "helm's output does not contain the cause of the failed migration"; }
after=$(pods)
[ "$before" = "$after" ] || fail "the failing upgrade changed the old pods: before: $before, after: $after"
echo "the old version is unchanged"

say "the same upgrade, corrected"
upgrade "$new" || { cat "$work/log" >&2; fail "the corrected upgrade failed"; }

say "helm test"
"$helm" --namespace "$namespace" test "$release" --timeout "$timeout" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "helm test failed"; }

say "uninstall"
"$helm" --namespace "$namespace" uninstall "$release" --wait --timeout "$timeout" >/dev/null
# helm waits only for the Deployment. Its pods are deleted later.
for _ in $(seq 60); do
    [ -n "$(pods)" ] || break
    sleep 1
done
[ -z "$(pods)" ] || fail "pods remain after the uninstall"

printf '\nsmoke: all steps succeeded\n'
