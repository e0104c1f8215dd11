{{/* The name of the rollback Job. Argument: the root context. */}}
{{- define "migrator.rollback.name" -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" "-rollback") -}}
{{- end -}}

{{/*
The name of the rollback Job. In `phase: rollback`, it contains a hash like that of the migration Job.
Argument: dict "root" the root context, "spec" the Job's spec as text.
*/}}
{{- define "migrator.rollback.jobName" -}}
{{- if eq .root.Values.phase "rollback" -}}
{{- include "migrator.suffixed" (dict "root" .root "suffix" (printf "-rollback-%s" (include "migrator.job.hash" .))) -}}
{{- else -}}
{{- include "migrator.rollback.name" .root -}}
{{- end -}}
{{- end -}}

{{/*
The spec of the rollback Job. It differs from the migration Job's in the container, and in the ServiceAccount if it reads pods.
Argument: the root context.
*/}}
{{- define "migrator.rollback.spec" -}}
{{- $reads := include "migrator.rollback.workloads" . | empty | not -}}
{{- $account := include "migrator.migration.serviceAccount" . -}}
{{- if and $reads (not $account) -}}{{- $account = include "migrator.rollback.name" . -}}{{- end -}}
{{- include "migrator.job.spec" (dict "root" . "container" (include "migrator.rollback.container" .) "serviceAccount" $account "automountToken" $reads) -}}
{{- end -}}

{{/*
The workloads whose newer pods must have ended before the undo starts, separated by spaces; nothing if the Job does not wait. Before the
rollback (`pre-rollback`), the newer pods run. Argument: the root context.
*/}}
{{- define "migrator.rollback.workloads" -}}
{{- $rollback := .Values.migration.rollback -}}
{{- if and (include "migrator.rollback.isRendered" .) (not (include "migrator.rollback.isDryRun" .)) -}}
{{- if not (kindIs "invalid" $rollback.afterRollout) -}}
{{- join " " $rollback.afterRollout -}}
{{- else if and (include "migrator.rollback.isHook" .) (eq $rollback.hook "post-rollback") .Values.app.enabled .Values.gate.enabled -}}
{{- printf "deployment/%s" (include "migrator.fullname" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* "true" if the Job only checks whether the rollback is possible, and changes nothing, otherwise nothing. Argument: the root context. */}}
{{- define "migrator.rollback.isDryRun" -}}
{{- $rollback := .Values.migration.rollback -}}
{{- if and (eq .Values.phase "rollback") (or $rollback.dryRun $rollback.checkSchema) -}}true{{- end -}}
{{- end -}}

{{/* The container of the rollback Job. Argument: the root context. */}}
{{- define "migrator.rollback.container" -}}
{{- $rollback := .Values.migration.rollback -}}
{{- $down := list "down" "--to-dir" (printf "--on-missing-undo=%s" $rollback.onMissingUndo) -}}
{{- if include "migrator.undo.isRendered" . -}}{{- $down = append $down "--phase=expand" -}}{{- end -}}
{{- if include "migrator.rollback.isHook" . -}}
{{- /* Helm gives up a migration that takes longer than its timeout. The runs of a pipeline wait for each other instead. */ -}}
{{- $down = append $down "--end-running" -}}
{{- end -}}
{{- if include "migrator.rollback.workloads" . -}}
{{- range include "migrator.rollback.workloads" . | splitList " " -}}
{{- $down = append $down (printf "--after-rollout=%s" .) -}}
{{- end -}}
{{- $timeout := (include "migrator.deadlines" . | fromYaml).timeout -}}
{{- $run := include "migrator.milliseconds" $timeout | int64 -}}
{{- $wait := $rollback.rolloutWait | default (gt $run 120000 | ternary "60s" (printf "%ds" (div $run 2000 | max 1))) -}}
{{- if ge (include "migrator.milliseconds" $wait | int64) $run -}}
{{- fail (printf "migration.rollback.rolloutWait (%s) must be shorter than migration.timeout (%s). Otherwise the run times out while it still waits for the newer pods." $wait $timeout) -}}
{{- end -}}
{{- $down = append $down (printf "--rollout-wait=%s" $wait) -}}
{{- end -}}
{{- $args := concat $down (include "migrator.migration.args" . | fromYamlArray) ($rollback.extraArgs | default list) -}}
{{- if and (include "migrator.rollback.isDryRun" .) $rollback.checkSchema -}}
{{- $args = include "migrator.check.args" . | fromYamlArray -}}
{{- else if include "migrator.rollback.isDryRun" . -}}
{{- $deadlines := include "migrator.deadlines" . | fromYaml -}}
{{- $args = list "plan" "--down" "--to-dir" (printf "--on-missing-undo=%s" $rollback.onMissingUndo) (printf "--connect-wait=%s" $deadlines.connectWait) (printf "--timeout=%s" $deadlines.timeout) -}}
{{- end -}}
{{- $settings := include "migrator.migrate.advised" (dict "root" . "advice" (include "migrator.rollback.advice" .)) | fromYaml -}}
{{- include "migrator.migrate.container" (dict "root" . "name" "migrate" "args" $args "settings" $settings "secret" (include "migrator.migration.secret" .) "identity" (include "migrator.migration.suffix" .)) -}}
{{- end -}}

{{/*
The advice that `migrate` prints after a failure. The user sees it, because helm prints the log of the failed Job. In a
rollback, Helm runs the hooks that it stored when it rendered the target revision, so `.Release.Revision` is the target
revision. Empty in `phase: rollback`, because Spinnaker deploys without a Helm release. Argument: the root context.
*/}}
{{- define "migrator.rollback.advice" -}}
{{- if include "migrator.rollback.isHook" . -}}
{{- $revision := include "migrator.migration.recordsRevision" . | empty | not | ternary (toString .Release.Revision) "REVISION" -}}
{{- printf "The release %s stays pending-rollback, and helm refuses upgrades. Fix the reported error, then run the same command again: helm rollback %s %s --namespace %s" .Release.Name .Release.Name $revision .Release.Namespace -}}
{{- end -}}
{{- end -}}
