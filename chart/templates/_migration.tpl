{{/* The name of the Job and of the copies that it needs. Argument: the root context. */}}
{{- define "migrator.migration.name" -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" "-migrate") -}}
{{- end -}}

{{/* The Job's container. Argument: the root context. */}}
{{- define "migrator.migration.container" -}}
{{- $migration := .Values.migration -}}
{{- $args := list "up" -}}
{{- with include "migrator.migrate.dir" . }}{{ $args = append $args . }}{{ end -}}
{{- $args = concat $args (list
  (printf "--connect-wait=%s" $migration.connectWait)
  (printf "--lock-wait=%s" $migration.lockWait)
  (printf "--timeout=%s" $migration.timeout)) -}}
{{- $secret := $migration.database.existingSecret | default .Values.database.existingSecret -}}
{{- include "migrator.migrate.container" (dict "root" . "name" "migrate" "args" $args "settings" $migration "secret" $secret "identity" true) -}}
{{- end -}}
