{{/*
The name of the Job's own copies of its Secret, ConfigMap, ServiceAccount and NetworkPolicy. The Job needs copies, because
a hook runs before the objects of the release exist. Argument: the root context.
*/}}
{{- define "migrator.migration.name" -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" "-migrate") -}}
{{- end -}}

{{/*
The name of the migration Job. With `mode: job` the name contains the revision, because a Job cannot be changed, and a hash
of the spec, because the revision is always 1 in Argo CD.
Argument: dict "root" the root context, "spec" the Job's spec as text.
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
{{- $args := concat (list "up") (include "migrator.migration.args" . | fromYamlArray) (.Values.migration.extraArgs | default list) -}}
{{- include "migrator.migrate.container" (dict "root" . "name" "migrate" "args" $args "settings" .Values.migration "secret" (include "migrator.migration.secret" .) "identity" true) -}}
{{- end -}}

{{/* The options of `migrate` that both Jobs share, as YAML. Argument: the root context. */}}
{{- define "migrator.migration.args" -}}
{{- $migration := .Values.migration -}}
{{- $args := list
  (printf "--connect-wait=%s" $migration.connectWait)
  (printf "--lock-wait=%s" $migration.lockWait)
  (printf "--lock-timeout=%s" $migration.lockTimeout)
  (printf "--statement-timeout=%s" $migration.statementTimeout)
  (printf "--timeout=%s" $migration.timeout) -}}
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
{{- include "migrator.database.secret" (dict "root" . "settings" .Values.migration "generated" (include "migrator.migration.name" .)) -}}
{{- end -}}

{{/*
Annotations that disable the injection of mesh sidecars. A sidecar does not exit by itself, so the Job would never complete.
Argument: the root context.
*/}}
{{- define "migrator.migration.meshAnnotations" -}}
{{- if .Values.migration.meshOptOut -}}
sidecar.istio.io/inject: "false"
linkerd.io/inject: "disabled"
kuma.io/sidecar-injection: "disabled"
{{- end -}}
{{- end -}}

{{/* The same settings as labels, because current versions of Istio and Kuma read labels. Argument: the root context. */}}
{{- define "migrator.migration.meshLabels" -}}
{{- if .Values.migration.meshOptOut -}}
sidecar.istio.io/inject: "false"
kuma.io/sidecar-injection: "disabled"
{{- end -}}
{{- end -}}
