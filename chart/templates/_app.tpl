{{/* The name of the application's ServiceAccount, or "" for the namespace's default. Argument: the root context. */}}
{{- define "migrator.app.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "migrator.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The application's container. Argument: the root context. */}}
{{- define "migrator.app.container" -}}
{{- $app := .Values.app -}}
name: app
image: {{ include "migrator.image" (dict "image" .Values.image "name" "image") | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- with $app.command }}
command:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $app.args }}
args:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - name: http
    containerPort: {{ $app.port }}
    protocol: TCP
  {{- with $app.extraPorts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $secret := include "migrator.database.secret" (dict "root" . "generated" (include "migrator.database.secretName" .)) }}
{{- $generated := ternary (include "migrator.database.env" (dict "root" . "secret" $secret) | trim) "" $app.databaseEnv }}
{{- with include "migrator.env" (dict "generated" $generated "own" $app.env) }}
{{ . }}
{{- end }}
{{- with $app.envFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- range $field := list "livenessProbe" "readinessProbe" "startupProbe" "lifecycle" "resources" }}
{{- $value := get $app $field }}
{{- if and $value (hasSuffix "Probe" $field) (or $value.exec $value.grpc $value.tcpSocket) }}
{{- /* A probe allows only one handler, but Helm merges the default httpGet into the values. Another handler replaces it. */}}
{{- $value = omit $value "httpGet" }}
{{- end }}
{{- with $value }}
{{ $field }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- with include "migrator.container.security" (dict "root" . "settings" $app) }}
{{ . }}
{{- end }}
{{- $ca := include "migrator.database.mounts" . }}
{{- if or $ca $app.extraVolumeMounts }}
volumeMounts:
  {{- with $ca }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with $app.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/*
The volumes of the application's pods: those of the gate, the CA certificate and app.extraVolumes.
Argument: the root context.
*/}}
{{- define "migrator.app.volumes" -}}
{{- if .Values.gate.enabled }}
{{ include "migrator.gate.volumes" . }}
{{- else }}
{{ include "migrator.database.volumes" . }}
{{- end }}
{{- with .Values.app.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/*
Pod annotations that change, and so replace the pods, when a generated Secret or ConfigMap changes. They contain no hash of the
Secret, because the password could be guessed and compared with it. Argument: the root context.
*/}}
{{- define "migrator.app.changes" -}}
{{- if include "migrator.database.isGenerated" . }}
revision/database: {{ include "migrator.database.revision" . | quote }}
{{- end }}
{{- if and .Values.gate.enabled .Values.migration.scripts.inline }}
checksum/scripts: {{ .Values.migration.scripts.inline | toJson | sha256sum }}
{{- end }}
{{- end -}}
