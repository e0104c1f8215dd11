{{/*
The environment variable of a placeholder. migrate ignores the case of the name. Argument: the placeholder's name.
*/}}
{{- define "migrator.placeholders.variable" -}}
{{- printf "MIGRATE_PLACEHOLDER_%s" (upper .) -}}
{{- end -}}

{{/*
The name of the Secret that the chart generates for the values of placeholders. Argument: dict "root" the root context, "suffix" that of the
Job's own objects.
*/}}
{{- define "migrator.placeholders.secretName" -}}
{{- include "migrator.suffixed" (dict "root" .root "suffix" (printf "%s-placeholders" .suffix)) -}}
{{- end -}}

{{/* The data of that Secret, or nothing if no value is written in the chart's values. Argument: the root context. */}}
{{- define "migrator.placeholders.secretData" -}}
{{- range $name, $value := .Values.migration.placeholders }}
{{- if not (or (kindIs "map" $value) (eq (toString $value) "")) }}
{{ include "migrator.placeholders.variable" $name }}: {{ toString $value | b64enc | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
The placeholders as environment variables. Options of the command would be visible in the process list, and in the Job to users who
cannot read Secrets. Argument: as for migrator.placeholders.secretName.
*/}}
{{- define "migrator.placeholders.env" -}}
{{- $job := . -}}
{{- range $name, $value := .root.Values.migration.placeholders }}
{{- $variable := include "migrator.placeholders.variable" $name }}
{{- if kindIs "map" $value }}
- name: {{ $variable }}
  valueFrom:
    {{- toYaml $value.valueFrom | nindent 4 }}
{{- else if ne (toString $value) "" }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ include "migrator.placeholders.secretName" $job | quote }}
      key: {{ $variable }}
{{- end }}
{{- end }}
{{- end -}}
