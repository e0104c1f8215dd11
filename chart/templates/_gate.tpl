{{/* The init container that holds a pod back until the database has what the image needs. Argument: the root context. */}}
{{- define "migrator.gate.container" -}}
{{- $gate := .Values.gate -}}
{{- $args := list "wait" -}}
{{- with include "migrator.migrate.dir" . }}{{ $args = append $args . }}{{ end -}}
{{- $args = append $args (printf "--timeout=%s" $gate.timeout) -}}
{{- $secret := $gate.database.existingSecret | default .Values.database.existingSecret -}}
{{- include "migrator.migrate.container" (dict "root" . "name" "gate" "args" $args "settings" $gate "secret" $secret) -}}
{{- end -}}
