{{/*
The Jobs before `helm rollback`: one undoes the contract scripts that the older version does not have, and one checks whether that version can run.
*/}}

{{/* The suffix of the names of the objects that the check needs with `mode: job`. */}}
{{- define "migrator.check.suffix" -}}-rollback-check{{- end -}}

{{/* The suffix of the objects that both Jobs use: those of the migration Job, if they are hooks too. Argument: the root context. */}}
{{- define "migrator.check.objects" -}}
{{- include (eq .Values.migration.mode "job" | ternary "migrator.check.suffix" "migrator.migration.suffix") . -}}
{{- end -}}

{{/*
The name of the check Job. If the release has a contract Job, the check Job has the name of that Job, because it replaces it for a moment.
The reason: Helm keeps the contract Job of each revision. `helm rollback` applies the manifest of the older revision again, and Helm 3 stops with "no Job
with the name … found" in the middle of the rollback if an object of that manifest exists which is not in the current manifest
(https://github.com/helm/helm/blob/v3.18.0/pkg/kube/client.go, Client.Update; Helm 4 continues with a warning). `before-hook-creation` of a hook with the
same name deletes the kept Job before anything else, and `hook-succeeded` makes room for the Job of the manifest, which then has nothing to do.
Argument: the root context.
*/}}
{{- define "migrator.check.jobName" -}}
{{- if include "migrator.contract.isRendered" . -}}
{{- include "migrator.contract.jobName" (dict "root" . "spec" (include "migrator.contract.spec" .)) -}}
{{- else -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" (include "migrator.check.suffix" .)) -}}
{{- end -}}
{{- end -}}

{{/* The name of the ServiceAccount of both Jobs, or "". Argument: the root context. */}}
{{- define "migrator.check.serviceAccount" -}}
{{- if and .Values.serviceAccount.create (not .Values.migration.serviceAccount.name) -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" (include "migrator.check.objects" .)) -}}
{{- else -}}
{{- include "migrator.migration.serviceAccount" . -}}
{{- end -}}
{{- end -}}

{{/* The spec of one of the Jobs. Argument: dict "root" the root context, "container" the YAML text of its container. */}}
{{- define "migrator.check.spec" -}}
{{- include "migrator.job.spec" (dict
  "root" .root "container" .container "serviceAccount" (include "migrator.check.serviceAccount" .root) "suffix" (include "migrator.check.objects" .root)) -}}
{{- end -}}

{{/*
A container of the Jobs. Argument: dict "root" the root context, "args" the subcommand and its options, and optionally "identity" as for
migrator.migrate.container.
*/}}
{{- define "migrator.check.containerWith" -}}
{{- $secret := include "migrator.job.secret" (dict "root" .root "suffix" (include "migrator.check.objects" .root)) -}}
{{- $settings := include "migrator.migrate.advised" (dict "root" .root "advice" (include "migrator.check.advice" .root)) | fromYaml -}}
{{- include "migrator.migrate.container" (dict "root" .root "name" "migrate" "args" .args "settings" $settings "secret" $secret "identity" .identity) -}}
{{- end -}}

{{/* The subcommand of the check and its options, as YAML. It decides like the gate of the older version, so it has the gate's options. Argument: the root context. */}}
{{- define "migrator.check.args" -}}
{{- $connect := (include "migrator.deadlines" . | fromYaml).connectWait -}}
{{- concat (list "wait" "--timeout=0s" (printf "--connect-wait=%s" $connect)) (.Values.gate.extraArgs | default list) | toYaml -}}
{{- end -}}

{{/* The container of the check Job. Argument: the root context. */}}
{{- define "migrator.check.container" -}}
{{- include "migrator.check.containerWith" (dict "root" . "args" (include "migrator.check.args" . | fromYamlArray)) -}}
{{- end -}}

{{/*
The container of the Job that undoes the contract scripts which the older version does not have. The newer version still runs then, and does not use
what these undo scripts restore. A missing undo script is an error, because the older version could not start. Argument: the root context.
*/}}
{{- define "migrator.undo.container" -}}
{{- $down := list "down" "--to-dir" "--on-missing-undo=fail" "--phase=contract" "--end-running" -}}
{{- $args := concat $down (include "migrator.migration.args" . | fromYamlArray) (.Values.migration.rollback.extraArgs | default list) -}}
{{- include "migrator.check.containerWith" (dict "root" . "args" $args "identity" (include "migrator.check.objects" .)) -}}
{{- end -}}

{{/* The advice that `migrate` prints if the rollback is refused. The number of the revision that runs is not known here. Argument: the root context. */}}
{{- define "migrator.check.advice" -}}
{{- $name := .Release.Name -}}
{{- printf "The application was not changed, but the release %s stays pending-rollback, and helm refuses upgrades. To go on with the version that runs, roll back to its own revision, which 'helm history %s' shows as deployed: helm rollback %s REVISION --namespace %s" $name $name $name .Release.Namespace -}}
{{- end -}}
