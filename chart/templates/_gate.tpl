{{/*
The init container that holds a pod back until the database has what the image needs. Also for a parent chart:
  initContainers:
    - {{ include "migrator.gate.container" .Subcharts.ALIAS | indent 8 | trim }}
Argument: the root context of this chart.
*/}}
{{- define "migrator.gate.container" -}}
{{- $args := list "wait" (printf "--timeout=%s" .Values.gate.timeout) -}}
{{- include "migrator.migrate.container" (dict "root" . "name" "gate" "args" $args "settings" .Values.gate "secret" (include "migrator.gate.secret" .)) -}}
{{- end -}}

{{/* The volumes that the gate needs, or nothing. Argument: the root context of this chart. */}}
{{- define "migrator.gate.volumes" -}}
{{- include "migrator.migrate.volumes" (dict "root" . "settings" .Values.gate "secret" (include "migrator.gate.secret" .) "scripts" (include "migrator.gate.scriptsName" .)) | trim }}
{{- with include "migrator.database.volumes" . }}
{{ . }}
{{- end }}
{{- end -}}

{{/* The gate's Secret, or "". Argument: the root context. */}}
{{- define "migrator.gate.secret" -}}
{{- include "migrator.database.secret" (dict "root" . "settings" .Values.gate "made" (include "migrator.database.secretName" .)) -}}
{{- end -}}

{{/* Name of the ConfigMap that this chart makes of inline scripts for the gate. Argument: the root context. */}}
{{- define "migrator.gate.scriptsName" -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" "-scripts") -}}
{{- end -}}
