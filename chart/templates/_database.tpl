{{/*
The connection as environment variables, which both `migrate` and the application read. If the Secret is mounted as
files, the variables that would come from the Secret are left out.
Argument: dict "root" the root context, "secret" the Secret's name or "", "keys" the Secret's keys that differ from
database.keys, "files" true if the Secret is mounted as files.
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
  value: {{ include "migrator.text" (dict "root" $.root "value" (get $database $field)) | quote }}
{{- end }}
{{- end }}
{{- with $database.sslMode }}
- name: PGSSLMODE
  value: {{ . | quote }}
{{- end }}
{{- if or $database.rootCertificate.configMap $database.rootCertificate.secret }}
- name: PGSSLROOTCERT
  value: {{ printf "/etc/migrate/tls/%s" (toString $database.rootCertificate.key) | quote }}
{{- end }}
{{- end -}}

{{/*
A container's environment variables and their sources. The variables that the values set take precedence over those that the chart
generates. Each name occurs only once, because Helm 4 uses server-side apply, and the server rejects duplicate names.
Argument: dict "root" the root context, "generated" the generated variables as YAML, "settings" the component's values.
*/}}
{{- define "migrator.env" -}}
{{- $own := (include "migrator.text.tree" (dict "root" .root "value" (.settings.env | default list)) | fromJson).value -}}
{{- $names := list -}}
{{- range $own -}}
{{- $names = append $names .name -}}
{{- if hasKey . "value" -}}
{{- $_ := set . "value" (toString .value) -}}
{{- end -}}
{{- end -}}
{{- $all := list -}}
{{- range .generated | fromYamlArray -}}
{{- if not (has .name $names) -}}
{{- $all = append $all . -}}
{{- end -}}
{{- end -}}
{{- with concat $all $own }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.envFrom }}
envFrom:
  {{- (include "migrator.text.tree" (dict "root" $.root "value" .) | fromJson).value | toYaml | nindent 2 }}
{{- end }}
{{- end -}}

{{/*
Maps each environment variable to a key in database.keys: DATABASE_URL, and libpq's variables for the parts that the URL
does not contain.
*/}}
{{- define "migrator.database.variables" -}}
DATABASE_URL: url
PGHOST: host
PGPORT: port
PGDATABASE: name
PGUSER: user
PGPASSWORD: password
{{- end -}}

{{/*
The name of a component's Secret: its own Secret, the shared Secret, the Secret that the chart generates, or "".
Argument: dict "root" the root context, "settings" the component's values (absent for the application), "generated" the
name of the Secret that the chart generates for the component.
*/}}
{{- define "migrator.database.secret" -}}
{{- $own := (.settings | default dict).database | default dict -}}
{{- $named := $own.existingSecret | default .root.Values.database.existingSecret -}}
{{- if $named -}}
{{- tpl $named .root | trim | required (printf "existingSecret is %s, which renders to an empty name." $named) -}}
{{- else if .root.Values.database.url -}}
{{- .generated -}}
{{- end -}}
{{- end -}}

{{/*
The name of the Secret that the chart generates for the gate and the application. The suffix is not "-database", because
users often give their own Secret that name. If the generated Secret had this name too, and a user replaced database.url with
their own Secret, Helm would delete the user's Secret, because the previous revision contains an object with that name. Argument: the root context.
*/}}
{{- define "migrator.database.secretName" -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" "-connection") -}}
{{- end -}}

{{/* "true" if the chart generates Secrets from database.url, otherwise nothing. Argument: the root context. */}}
{{- define "migrator.database.isGenerated" -}}
{{- if and .Values.database.url (not .Values.database.existingSecret) -}}true{{- end -}}
{{- end -}}

{{/*
The revision of the release in which the data of the generated Secret last changed. The Secret stores it in an annotation, and
the next upgrade reads it there. Without a cluster (`helm template`, Argo CD) the result is `.Release.Revision`, which is
always 1 there. Nothing if the revision is not recorded. Argument: the root context.
*/}}
{{- define "migrator.database.revision" -}}
{{- if and (include "migrator.database.isGenerated" .) .Values.migration.recordRevision -}}
{{- $secret := lookup "v1" "Secret" .Release.Namespace (include "migrator.database.secretName" .) | default dict -}}
{{- $stored := get (dig "metadata" "annotations" dict $secret) "revision/database" -}}
{{- if and $stored (eq (toJson $secret.data) (include "migrator.database.secretData" . | fromYaml | toJson)) -}}
{{- $stored -}}
{{- else -}}
{{- .Release.Revision -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The data of a generated Secret, under the key that the containers read. Argument: the root context. */}}
{{- define "migrator.database.secretData" -}}
{{ .Values.database.keys.url | quote }}: {{ .Values.database.url | b64enc | quote }}
{{- end -}}

{{/* The volume with the CA certificate, or nothing. Argument: the root context. */}}
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
    {{- /* Only the certificate: the Secret of an operator often contains the private key of the CA, too. */}}
    items:
      - key: {{ $ca.key | quote }}
        path: {{ $ca.key | quote }}
{{- end -}}
{{- end -}}

{{/* The mount of the volume with the CA certificate, or nothing. Argument: the root context. */}}
{{- define "migrator.database.mounts" -}}
{{- if include "migrator.database.volumes" . -}}
- name: database-ca
  mountPath: /etc/migrate/tls
  readOnly: true
{{- end -}}
{{- end -}}
