{{/*
The init container that makes a pod wait until every expand script that the image contains is applied. A parent chart can use
it too:
  initContainers:
    - {{ include "migrator.gate.container" .Subcharts.ALIAS | indent 8 | trim }}
Argument: the root context of this chart.
*/}}
{{- define "migrator.gate.container" -}}
{{- $args := concat (list "wait" (printf "--timeout=%s" .Values.gate.timeout)) (.Values.gate.extraArgs | default list) -}}
{{- include "migrator.migrate.container" (dict "root" . "name" "gate" "args" $args "settings" .Values.gate "secret" (include "migrator.gate.secret" .)) -}}
{{- end -}}

{{/* The gate's volumes, or nothing. Argument: the root context of this chart. */}}
{{- define "migrator.gate.volumes" -}}
{{- include "migrator.migrate.volumes" (dict "root" . "settings" .Values.gate "secret" (include "migrator.gate.secret" .) "scripts" (include "migrator.gate.scriptsName" .)) | trim }}
{{- with include "migrator.database.volumes" . }}
{{ . }}
{{- end }}
{{- end -}}

{{/* The name of the gate's Secret, or "". Argument: the root context. */}}
{{- define "migrator.gate.secret" -}}
{{- include "migrator.database.secret" (dict "root" . "settings" .Values.gate "generated" (include "migrator.database.secretName" .)) -}}
{{- end -}}

{{/* The name of the ConfigMap that the chart generates from the inline scripts for the gate. Argument: the root context. */}}
{{- define "migrator.gate.scriptsName" -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" "-scripts") -}}
{{- end -}}
