{{/*
The suffix of the names of the Job and its objects. With `mode: job` they belong to the release. Helm cannot adopt an object of the
same name that a failed hook has left behind, so their names differ. Argument: the root context.
*/}}
{{- define "migrator.migration.suffix" -}}
{{- and (eq .Values.phase "all") (eq .Values.migration.mode "job") | ternary "-migrate-job" "-migrate" -}}
{{- end -}}

{{/*
The name of the Job's own copies of its Secret, ConfigMap, ServiceAccount and NetworkPolicy. The Job needs copies, because
a hook runs before the objects of the release exist. Argument: the root context.
*/}}
{{- define "migrator.migration.name" -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" (include "migrator.migration.suffix" .)) -}}
{{- end -}}

{{/*
The name of the migration Job. With `mode: job` and in the phases the name contains a hash of what the Job runs (image, arguments, environment,
scripts), because a Job cannot be changed: the same Job can be applied again, and another one gets another name. Otherwise a pipeline would
delete the running Job of another one, or take it for its own. The revision is part of the name if it is recorded, so that each upgrade runs
the migration. Argument: dict "root" the root context, "spec" the Job's spec as text.
*/}}
{{- define "migrator.migration.jobName" -}}
{{- if or (eq .root.Values.migration.mode "job") (ne .root.Values.phase "all") -}}
{{- $hash := include "migrator.job.hash" . -}}
{{- $revision := include "migrator.migration.recordsRevision" .root | empty | not | ternary (printf "-%d" .root.Release.Revision) "" -}}
{{- include "migrator.suffixed" (dict "root" .root "suffix" (printf "-migrate%s-%s" $revision $hash)) -}}
{{- else -}}
{{- include "migrator.migration.name" .root -}}
{{- end -}}
{{- end -}}

{{/* A hash of what a Job runs. Argument: dict "root" the root context, "spec" the Job's spec as text. */}}
{{- define "migrator.job.hash" -}}
{{- printf "%s%s" .spec (toJson .root.Values.migration.scripts.inline) | sha256sum | trunc 8 -}}
{{- end -}}

{{/*
"true" if the objects contain the revision of the release, otherwise nothing. Phases are rendered with `helm template`, which does not
know the revision. Argument: the root context.
*/}}
{{- define "migrator.migration.recordsRevision" -}}
{{- if and (eq .Values.phase "all") .Values.migration.recordRevision -}}true{{- end -}}
{{- end -}}

{{/*
The name of the Job's ServiceAccount: migration.serviceAccount.name if it is set; otherwise, with serviceAccount.create, the
Job's copy of the application's ServiceAccount; otherwise serviceAccount.name, which can be empty.
Argument: the root context.
*/}}
{{- define "migrator.migration.serviceAccount" -}}
{{- if .Values.migration.serviceAccount.name -}}
{{- .Values.migration.serviceAccount.name -}}
{{- else if .Values.serviceAccount.create -}}
{{- include "migrator.migration.name" . -}}
{{- else -}}
{{- .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The container of the migration Job. Argument: the root context. */}}
{{- define "migrator.migration.container" -}}
{{- /* Contract scripts remove what the pods of the previous version use, and these pods still run. */ -}}
{{- $up := list "up" "--phase=expand" -}}
{{- if eq .Values.migration.contract.run "never" -}}{{- $up = append $up "--refuse-contract" -}}{{- end -}}
{{- if eq .Values.migration.ahead "fail" -}}{{- $up = append $up "--ahead=fail" -}}{{- end -}}
{{- $args := concat $up (include "migrator.migration.args" . | fromYamlArray) (.Values.migration.extraArgs | default list) -}}
{{- include "migrator.migrate.container" (dict "root" . "name" "migrate" "args" $args "settings" .Values.migration "secret" (include "migrator.migration.secret" .) "identity" (include "migrator.migration.suffix" .)) -}}
{{- end -}}

{{/* The options of `migrate` that the migration Job and the rollback Job share, as YAML. Argument: the root context. */}}
{{- define "migrator.migration.args" -}}
{{- include "migrator.migration.argsWith" (dict "root" . "deadlines" (include "migrator.deadlines" . | fromYaml)) -}}
{{- end -}}

{{/* The options of `migrate` that all Jobs share, as YAML. Argument: dict "root" the root context, "deadlines" those of the Job. */}}
{{- define "migrator.migration.argsWith" -}}
{{- $migration := .root.Values.migration -}}
{{- $deadlines := .deadlines -}}
{{- $args := list
  (printf "--connect-wait=%s" $deadlines.connectWait)
  (printf "--lock-wait=%s" $deadlines.lockWait)
  (printf "--lock-timeout=%s" $migration.lockTimeout)
  (printf "--statement-timeout=%s" $migration.statementTimeout)
  (printf "--timeout=%s" $deadlines.timeout) -}}
{{- range $name, $value := $migration.placeholders -}}
{{- if eq (toString $value) "" -}}
{{- /* An empty value is an argument, because migrate ignores an empty environment variable. */ -}}
{{- $args = append $args (printf "--placeholder=%s=" $name) -}}
{{- end -}}
{{- end -}}
{{- $args | toYaml -}}
{{- end -}}

{{/* The name of the Job's Secret, or "". Argument: the root context. */}}
{{- define "migrator.migration.secret" -}}
{{- include "migrator.job.secret" (dict "root" . "suffix" (include "migrator.migration.suffix" .)) -}}
{{- end -}}
