{{/* What is rendered: each answers "true" or nothing. Argument: the root context. */}}

{{/* The Job that migrates. */}}
{{- define "migrator.migration.isRendered" -}}
{{- if and .Values.migration.enabled (has .Values.phase (list "all" "migrate")) -}}true{{- end -}}
{{- end -}}

{{/* … as a Helm hook. */}}
{{- define "migrator.migration.isHook" -}}
{{- if and (include "migrator.migration.isRendered" .) (eq .Values.phase "all") (eq .Values.migration.mode "hook") -}}true{{- end -}}
{{- end -}}

{{/* The Job that undoes. A phase of its own is asked for by name; among everything it has to be switched on. */}}
{{- define "migrator.rollback.isRendered" -}}
{{- if and .Values.migration.enabled (or (eq .Values.phase "rollback") (include "migrator.rollback.isHook" .)) -}}true{{- end -}}
{{- end -}}

{{/* … as a Helm hook: there is no other event on which it could run. */}}
{{- define "migrator.rollback.isHook" -}}
{{- if and .Values.migration.enabled (eq .Values.phase "all") .Values.migration.rollback.enabled -}}true{{- end -}}
{{- end -}}

{{/* What either Job needs. */}}
{{- define "migrator.migration.needsAreRendered" -}}
{{- if or (include "migrator.migration.isRendered" .) (include "migrator.rollback.isRendered" .) -}}true{{- end -}}
{{- end -}}

{{/* What the application's pods refer to, also when a parent chart has those pods. */}}
{{- define "migrator.release.isRendered" -}}
{{- if has .Values.phase (list "all" "deploy") -}}true{{- end -}}
{{- end -}}

{{/* The pods for `helm test`, which belong to a release: no phase is one. */}}
{{- define "migrator.tests.areRendered" -}}
{{- if and .Values.tests.enabled (eq .Values.phase "all") -}}true{{- end -}}
{{- end -}}

{{/* The application. */}}
{{- define "migrator.app.isRendered" -}}
{{- if and .Values.app.enabled (include "migrator.release.isRendered" .) -}}true{{- end -}}
{{- end -}}
