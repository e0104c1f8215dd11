#!/usr/bin/env bash
# A smoke install for CI, in whatever cluster kubectl points at: install, upgrade, a failing upgrade that must leave the
# old version serving, helm test, uninstall. Ends with 0 only if all of it went as it should, and leaves nothing behind.
#
#   SMOKE_DATABASE_URL=postgres://… SMOKE_IMAGE=registry/app:old SMOKE_IMAGE_NEW=registry/app:new tests/smoke/smoke.sh
#
#   SMOKE_DATABASE_URL  an empty database that pods can reach                              (needed)
#   SMOKE_IMAGE         the application's image, repository:tag                            (needed)
#   SMOKE_IMAGE_NEW     the image to upgrade to; by default the same one again
#   SMOKE_VALUES        a values file of yours, for what your image needs (migration.command, app.args, …)
#   SMOKE_CHART         the chart; by default the one of this repository
#   SMOKE_NAMESPACE     by default a new one, removed at the end
#   SMOKE_TIMEOUT       for each helm command; 5m by default
#   HELM, KUBECTL       the programs; by default those on the PATH
set -euo pipefail

chart=${SMOKE_CHART:-$(cd "$(dirname "$0")/../../chart" && pwd)}
helm=${HELM:-helm} kubectl=${KUBECTL:-kubectl}
: "${SMOKE_DATABASE_URL:?set it to the URL of an empty database that pods can reach}"
: "${SMOKE_IMAGE:?set it to the image to install, repository:tag}"
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
        say "what the cluster says"
        "$kubectl" --namespace "$namespace" get pods,jobs || true
        "$kubectl" --namespace "$namespace" get events || true
    fi
    # Hook objects do not belong to the release, so uninstall leaves them; the namespace takes them along.
    "$helm" --namespace "$namespace" uninstall "$release" --ignore-not-found >/dev/null 2>&1 || true
    "$kubectl" delete namespace "$namespace" --ignore-not-found --wait=true >/dev/null 2>&1 || true
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# upgrade IMAGE [more arguments]: quietly, its output kept for whoever has to look.
upgrade() {
    local image=$1
    shift
    "$helm" --namespace "$namespace" upgrade --install "$release" "$chart" \
        ${SMOKE_VALUES:+--values "$SMOKE_VALUES"} \
        --set-string "image.repository=${image%:*}" --set-string "image.tag=${image##*:}" \
        --set database.existingSecret=smoke-database --timeout "$timeout" --wait "$@" >"$work/log" 2>&1
}

# The application's pods but for those that are told to go, which neither helm's --wait nor a rollout waits for: name,
# restarts, ready.
selector="app.kubernetes.io/instance=$release,app.kubernetes.io/component=server"
pods() {
    "$kubectl" --namespace "$namespace" get pods --selector "$selector" \
        --output 'go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}}{{range .status.containerStatuses}} {{.restartCount}} {{.ready}}{{end}}{{"\n"}}{{end}}{{end}}' | sort
}

# Helm 3 comes back as soon as the new pods are ready, while old ones may still have to be told.
rolled_out() {
    "$kubectl" --namespace "$namespace" get deployments --selector "$selector" --output name | while read -r deployment; do
        "$kubectl" --namespace "$namespace" rollout status "$deployment" --timeout "$timeout" >/dev/null
    done
}

say "namespace $namespace"
"$kubectl" create namespace "$namespace" >/dev/null
# Not on the command line: the process list shows that.
printf 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: smoke-database\nstringData:\n  url: "%s"\n' "$SMOKE_DATABASE_URL" \
    | "$kubectl" --namespace "$namespace" apply --filename - >/dev/null

say "install $SMOKE_IMAGE"
upgrade "$SMOKE_IMAGE" || { cat "$work/log" >&2; fail "the install failed"; }
pods
[ -n "$(pods)" ] || fail "no pod of the application runs"

new=${SMOKE_IMAGE_NEW:-$SMOKE_IMAGE}
say "upgrade to $new"
upgrade "$new" || { cat "$work/log" >&2; fail "the upgrade failed"; }
rolled_out
pods
before=$(pods)

say "an upgrade whose migration fails"
# A folder that is not there fails every migration, whatever the image holds.
if upgrade "$new" --set migration.dir=/smoke-there-is-no-such-folder; then
    fail "helm says that an upgrade with a failing migration succeeded"
fi
grep -q "smoke-there-is-no-such-folder" "$work/log" || { cat "$work/log" >&2; fail "helm's output does not say why the migration failed"; }
after=$(pods)
[ "$before" = "$after" ] || fail "the failing upgrade touched the old pods: $before became $after"
echo "the old version runs on, untouched"

say "the same upgrade, mended"
upgrade "$new" || { cat "$work/log" >&2; fail "the mended upgrade failed"; }

say "helm test"
"$helm" --namespace "$namespace" test "$release" --timeout "$timeout" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "helm test failed"; }

say "uninstall"
"$helm" --namespace "$namespace" uninstall "$release" --wait --timeout "$timeout" >/dev/null
# Pods go after their Deployment, which is all that helm waits for.
for _ in $(seq 60); do
    [ -n "$(pods)" ] || break
    sleep 1
done
[ -z "$(pods)" ] || fail "pods are left after the uninstall"

printf '\nAll went as it should.\n'
