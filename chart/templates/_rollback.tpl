{{/* The name of the Job that undoes. Argument: the root context. */}}
{{- define "migrator.rollback.name" -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" "-rollback") -}}
{{- end -}}

{{/* Its spec: that of the Job that migrates, but for the container. Argument: the root context. */}}
{{- define "migrator.rollback.spec" -}}
{{- include "migrator.job.spec" (dict "root" . "container" (include "migrator.rollback.container" .)) -}}
{{- end -}}

{{/* Its container. Argument: the root context. */}}
{{- define "migrator.rollback.container" -}}
{{- $rollback := .Values.migration.rollback -}}
{{- $down := list "down" "--to-dir" (printf "--on-missing-undo=%s" $rollback.onMissingUndo) -}}
{{- $args := concat $down (include "migrator.migration.args" . | fromYamlArray) ($rollback.extraArgs | default list) -}}
{{- $settings := .Values.migration -}}
{{- with include "migrator.rollback.advice" . -}}
{{- $advice := dict "name" "MIGRATE_ADVICE" "value" . -}}
{{- $settings = merge (dict "env" (prepend ($settings.env | default list) $advice)) $settings -}}
{{- end -}}
{{- include "migrator.migrate.container" (dict "root" . "name" "migrate" "args" $args "settings" $settings "secret" (include "migrator.migration.secret" .) "identity" true) -}}
{{- end -}}

{{/*
What `migrate` adds to a failure: helm prints its log. The hooks that run are those of the revision that helm goes back
to, so this revision is the one to name. Spinnaker knows no release. Argument: the root context.
*/}}
{{- define "migrator.rollback.advice" -}}
{{- if include "migrator.rollback.isHook" . -}}
{{- printf "The release %s stays pending-rollback and takes no upgrade. Once this is mended, roll back again: helm rollback %s %d --namespace %s" .Release.Name .Release.Name .Release.Revision .Release.Namespace -}}
{{- end -}}
{{- end -}}
