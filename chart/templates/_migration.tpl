{{/*
The name of the Job's own copies of what it needs: hooks run before the release's objects exist, and are no part of it.
Argument: the root context.
*/}}
{{- define "migrator.migration.name" -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" "-migrate") -}}
{{- end -}}

{{/*
The name of the Job. As a plain Job among the release's others it has another one for each revision, because a Job
cannot be changed, and for each content, because Argo CD's revision is always 1.
Argument: dict "root" the root context, "spec" the Job's, as text.
*/}}
{{- define "migrator.migration.jobName" -}}
{{- if and (eq .root.Values.phase "all") (eq .root.Values.migration.mode "job") -}}
{{- $suffix := printf "-migrate-%d-%s" .root.Release.Revision (sha256sum .spec | trunc 8) -}}
{{- include "migrator.suffixed" (dict "root" .root "suffix" $suffix) -}}
{{- else -}}
{{- include "migrator.migration.name" .root -}}
{{- end -}}
{{- end -}}

{{/*
The Job's ServiceAccount: its own, a copy of the application's, one that is there already, or "".
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

{{/* The container of the Job that migrates. Argument: the root context. */}}
{{- define "migrator.migration.container" -}}
{{- $args := concat (list "up") (include "migrator.migration.args" . | fromYamlArray) (.Values.migration.extraArgs | default list) -}}
{{- include "migrator.migrate.container" (dict "root" . "name" "migrate" "args" $args "settings" .Values.migration "secret" (include "migrator.migration.secret" .) "identity" true) -}}
{{- end -}}

{{/* What both Jobs tell `migrate`, as YAML. Argument: the root context. */}}
{{- define "migrator.migration.args" -}}
{{- $migration := .Values.migration -}}
{{- $args := list
  (printf "--connect-wait=%s" $migration.connectWait)
  (printf "--lock-wait=%s" $migration.lockWait)
  (printf "--lock-timeout=%s" $migration.lockTimeout)
  (printf "--statement-timeout=%s" $migration.statementTimeout)
  (printf "--timeout=%s" $migration.timeout) -}}
{{- range $name, $value := $migration.placeholders -}}
{{- /* Numbers of a values file are floating ones: 1000000 would print as 1e+06. */ -}}
{{- $text := kindIs "string" $value | ternary $value (toJson $value) -}}
{{- $args = append $args (printf "--placeholder=%s=%s" $name $text) -}}
{{- end -}}
{{- $args | toYaml -}}
{{- end -}}

{{/* The Job's Secret, or "". Argument: the root context. */}}
{{- define "migrator.migration.secret" -}}
{{- include "migrator.database.secret" (dict "root" . "settings" .Values.migration "made" (include "migrator.migration.name" .)) -}}
{{- end -}}

{{/* Sidecars of a mesh run on and keep the Job from ending. Argument: the root context. */}}
{{- define "migrator.migration.meshAnnotations" -}}
{{- if .Values.migration.meshOptOut -}}
sidecar.istio.io/inject: "false"
linkerd.io/inject: "disabled"
kuma.io/sidecar-injection: "disabled"
{{- end -}}
{{- end -}}

{{/* Istio and Kuma look at labels now. Argument: the root context. */}}
{{- define "migrator.migration.meshLabels" -}}
{{- if .Values.migration.meshOptOut -}}
sidecar.istio.io/inject: "false"
kuma.io/sidecar-injection: "disabled"
{{- end -}}
{{- end -}}
