{{/* What is rendered: each answers "true" or nothing. Argument: the root context. */}}

{{/* The Job and what it needs. */}}
{{- define "migrator.migration.isRendered" -}}
{{- if and .Values.migration.enabled (ne .Values.phase "deploy") -}}true{{- end -}}
{{- end -}}

{{/* … as Helm hooks. */}}
{{- define "migrator.migration.isHook" -}}
{{- if and (include "migrator.migration.isRendered" .) (eq .Values.phase "all") (eq .Values.migration.mode "hook") -}}true{{- end -}}
{{- end -}}

{{/* What the application's pods refer to, also when a parent chart has those pods. */}}
{{- define "migrator.release.isRendered" -}}
{{- if ne .Values.phase "migrate" -}}true{{- end -}}
{{- end -}}

{{/* The application. */}}
{{- define "migrator.app.isRendered" -}}
{{- if and .Values.app.enabled (include "migrator.release.isRendered" .) -}}true{{- end -}}
{{- end -}}
