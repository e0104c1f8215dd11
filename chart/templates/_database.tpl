{{/*
The connection as environment variables, which `migrate` and the application both read.
Argument: dict "root" the root context, "secret" a Secret's name or "", "keys" of that Secret where they differ from
database.keys.
*/}}
{{- define "migrator.database.env" -}}
{{- $keys := mergeOverwrite (deepCopy .root.Values.database.keys) (.keys | default dict) -}}
{{- $secret := .secret -}}
{{- if $secret -}}
{{- range $variable, $field := include "migrator.database.variables" . | fromYaml -}}
{{- with get $keys $field }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret | quote }}
      key: {{ . | quote }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Which variable holds which part: DATABASE_URL, and libpq's for what it leaves open. */}}
{{- define "migrator.database.variables" -}}
DATABASE_URL: url
PGHOST: host
PGPORT: port
PGDATABASE: name
PGUSER: user
PGPASSWORD: password
{{- end -}}
