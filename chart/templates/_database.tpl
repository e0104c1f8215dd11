{{/*
The connection as environment variables, which `migrate` and the application both read; less what "files" mounts.
Argument: dict "root" the root context, "secret" a Secret's name or "", "keys" of that Secret where they differ from
database.keys, "files" true when the Secret is mounted.
*/}}
{{- define "migrator.database.env" -}}
{{- $database := .root.Values.database -}}
{{- $keys := mergeOverwrite dict ($database.keys | default dict) (.keys | default dict) -}}
{{- $secret := .secret -}}
{{- $files := .files -}}
{{- range $variable, $field := include "migrator.database.variables" . | fromYaml }}
{{- if and $secret (get $keys $field) }}
{{- if not $files }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret | quote }}
      key: {{ get $keys $field | quote }}
{{- end }}
{{- else if and (ne $field "url") (get $database $field) }}
- name: {{ $variable }}
  value: {{ get $database $field | quote }}
{{- end }}
{{- end }}
{{- with $database.sslMode }}
- name: PGSSLMODE
  value: {{ . | quote }}
{{- end }}
{{- if or $database.rootCertificate.configMap $database.rootCertificate.secret }}
- name: PGSSLROOTCERT
  value: {{ printf "/etc/migrate/tls/%s" $database.rootCertificate.key | quote }}
{{- end }}
{{- end -}}

{{/*
A container's variables: those that this chart makes and those of the values, which win. None stands twice: Helm 4 leaves
the merging to the server, which refuses that. Argument: dict "made" the chart's as YAML, "own" those of the values.
*/}}
{{- define "migrator.env" -}}
{{- $own := .own | default list -}}
{{- $names := list -}}
{{- range $own -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- $all := list -}}
{{- range .made | fromYamlArray -}}
{{- if not (has .name $names) -}}
{{- $all = append $all . -}}
{{- end -}}
{{- end -}}
{{- with concat $all $own -}}
env:
  {{- toYaml . | nindent 2 }}
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

{{/*
The Secret of a component: its own, the shared one, the one that this chart makes, or "".
Argument: dict "root" the root context, "settings" values of the component (none: the application), "made" the name
that the chart's own one has for it.
*/}}
{{- define "migrator.database.secret" -}}
{{- $own := (.settings | default dict).database | default dict -}}
{{- $named := $own.existingSecret | default .root.Values.database.existingSecret -}}
{{- if $named -}}
{{- tpl $named .root | trim | required (printf "existingSecret is %s, which gives no name." $named) -}}
{{- else if .root.Values.database.url -}}
{{- .made -}}
{{- end -}}
{{- end -}}

{{/*
Name of the Secret that this chart makes for gate and application. Not "-database", which people call their own: going from
database.url to a Secret of that name, Helm would delete it as the release's former one. Argument: the root context.
*/}}
{{- define "migrator.database.secretName" -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" "-connection") -}}
{{- end -}}

{{/* Key of the connection in a Secret that this chart makes: where the readers look for it. Argument: the root context. */}}
{{- define "migrator.database.secretData" -}}
{{ .Values.database.keys.url | quote }}: {{ .Values.database.url | b64enc | quote }}
{{- end -}}

{{/* The volume with the CA's certificate. Argument: the root context. */}}
{{- define "migrator.database.volumes" -}}
{{- $ca := .Values.database.rootCertificate -}}
{{- if or $ca.configMap $ca.secret -}}
- name: database-ca
  {{- if $ca.configMap }}
  configMap:
    name: {{ tpl $ca.configMap . | quote }}
  {{- else }}
  secret:
    secretName: {{ tpl $ca.secret . | quote }}
  {{- end }}
{{- end -}}
{{- end -}}

{{/* … and where it is mounted. Argument: the root context. */}}
{{- define "migrator.database.mounts" -}}
{{- if include "migrator.database.volumes" . -}}
- name: database-ca
  mountPath: /etc/migrate/tls
  readOnly: true
{{- end -}}
{{- end -}}
