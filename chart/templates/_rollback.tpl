{{/* The name of the rollback Job. Argument: the root context. */}}
{{- define "migrator.rollback.name" -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" "-rollback") -}}
{{- end -}}

{{/* The spec of the rollback Job. It differs from the migration Job's only in the container. Argument: the root context. */}}
{{- define "migrator.rollback.spec" -}}
{{- include "migrator.job.spec" (dict "root" . "container" (include "migrator.rollback.container" .)) -}}
{{- end -}}

{{/* The container of the rollback Job. Argument: the root context. */}}
{{- define "migrator.rollback.container" -}}
{{- $rollback := .Values.migration.rollback -}}
{{- $down := list "down" "--to-dir" "--end-running" (printf "--on-missing-undo=%s" $rollback.onMissingUndo) -}}
{{- $args := concat $down (include "migrator.migration.args" . | fromYamlArray) ($rollback.extraArgs | default list) -}}
{{- $settings := .Values.migration -}}
{{- with include "migrator.rollback.advice" . -}}
{{- $advice := dict "name" "MIGRATE_ADVICE" "value" . -}}
{{- $settings = merge (dict "env" (prepend ($settings.env | default list) $advice)) $settings -}}
{{- end -}}
{{- include "migrator.migrate.container" (dict "root" . "name" "migrate" "args" $args "settings" $settings "secret" (include "migrator.migration.secret" .) "identity" true) -}}
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
