{{/*
The one place that speaks Helm's hook dialect. Argo CD and Flux read it too; annotations of their own beside it would
switch it off there (https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks). Nothing when the
migration is no hook.
Argument: dict "root" the root context, "weight" a number; "prerequisite" true for what the Job needs.

The deletion policy: naming any replaces Helm's default, so before-hook-creation is always in it; without it a Job left
over from a killed client would make Helm 4 believe that the migration has run. Prerequisites go once the Job has
succeeded, because uninstall leaves hook objects behind, credentials too; the Job stays for its log until its TTL.
*/}}
{{- define "migrator.hook.annotations" -}}
{{- if eq (include "migrator.migration.isHook" .root) "true" -}}
helm.sh/hook: "pre-install,pre-upgrade"
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: {{ ternary "before-hook-creation,hook-succeeded" "before-hook-creation" (.prerequisite | default false) | quote }}
{{- if not .prerequisite }}
helm.sh/hook-output-log-policy: "hook-failed"
{{- end }}
{{- end -}}
{{- end -}}

{{/* "true" when the migration Job and what it needs are Helm hooks. Argument: the root context. */}}
{{- define "migrator.migration.isHook" -}}
{{- and (eq .Values.phase "all") (eq .Values.migration.mode "hook") -}}
{{- end -}}
