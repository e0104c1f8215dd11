{{/* The name of the application's ServiceAccount, or "" for the namespace's default. Argument: the root context. */}}
{{- define "migrator.app.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "migrator.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/*
The spec of the application's pods, with the gate. A workload that replaces the Deployment, such as an Argo Rollout, can use it too.
Argument: the root context.
*/}}
{{- define "migrator.app.podSpec" -}}
{{- $app := .Values.app -}}
{{ include "migrator.pod.shared" (dict "root" . "settings" $app "serviceAccount" (include "migrator.app.serviceAccount" .)) }}
{{- with $app.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  - {{ toYaml . | indent 4 | trim }}
    {{- if not .labelSelector }}
    labelSelector:
      matchLabels:
        {{- include "migrator.selectorLabels" (dict "root" $ "component" "server") | nindent 8 }}
    {{- end }}
  {{- end }}
{{- end }}
{{- if or .Values.gate.enabled $app.initContainers }}
initContainers:
  {{- with $app.initContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- if .Values.gate.enabled }}
  - {{ include "migrator.gate.container" . | indent 4 | trim }}
  {{- end }}
{{- end }}
containers:
  - {{ include "migrator.app.container" . | indent 4 | trim }}
  {{- with $app.extraContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with include "migrator.app.volumes" . | trim }}
volumes:
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The application's container. Argument: the root context. */}}
{{- define "migrator.app.container" -}}
{{- $app := .Values.app -}}
name: app
image: {{ include "migrator.image" (dict "image" .Values.image "name" "image") | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- with $app.command }}
command:
  {{- include "migrator.text.list" (dict "root" $ "value" .) | nindent 2 }}
{{- end }}
{{- with $app.args }}
args:
  {{- include "migrator.text.list" (dict "root" $ "value" .) | nindent 2 }}
{{- end }}
ports:
  - name: http
    containerPort: {{ $app.port }}
    protocol: TCP
  {{- with $app.extraPorts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with include "migrator.app.env" . }}
{{ . }}
{{- end }}
{{- range $field := list "livenessProbe" "readinessProbe" "startupProbe" "lifecycle" "resources" }}
{{- $value := get $app $field }}
{{- if and $value (hasSuffix "Probe" $field) (or $value.exec $value.grpc $value.tcpSocket) }}
{{- /* A probe allows only one handler, but Helm merges the default httpGet into the values. Another handler replaces it. */}}
{{- $value = omit $value "httpGet" }}
{{- else if eq $field "lifecycle" }}
{{- $value = include "migrator.app.lifecycle" $ | fromYaml }}
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
The environment of the application's container, as the fields env and envFrom: the connection, unless app.databaseEnv is false, app.env
and app.envFrom. Another workload of the application can use it too. Argument: the root context.
*/}}
{{- define "migrator.app.env" -}}
{{- $secret := include "migrator.database.secret" (dict "root" . "generated" (include "migrator.database.secretName" .)) -}}
{{- $generated := ternary (include "migrator.database.env" (dict "root" . "secret" $secret) | trim) "" .Values.app.databaseEnv -}}
{{- include "migrator.env" (dict "root" . "generated" $generated "settings" .Values.app) | trim -}}
{{- end -}}

{{/*
The lifecycle hooks of the application, as YAML. Kubernetes knows the handler `sleep` since version 1.30 (feature gate
PodLifecycleSleepAction), so older clusters do not get the default. preStop allows only one handler, but Helm merges the default into the
values. Another handler replaces it. Argument: the root context.
*/}}
{{- define "migrator.app.lifecycle" -}}
{{- $lifecycle := deepCopy (.Values.app.lifecycle | default dict) -}}
{{- with $lifecycle.preStop -}}
{{- if or .exec .httpGet .tcpSocket (not (semverCompare ">=1.30-0" $.Capabilities.KubeVersion.Version)) -}}
{{- $_ := set $lifecycle "preStop" (omit . "sleep") -}}
{{- end -}}
{{- end -}}
{{- if not $lifecycle.preStop -}}
{{- $lifecycle = omit $lifecycle "preStop" -}}
{{- end -}}
{{- toYaml $lifecycle -}}
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
{{- with include "migrator.database.revision" . }}
revision/database: {{ . | quote }}
{{- end }}
{{- if and .Values.gate.enabled .Values.migration.scripts.inline }}
checksum/scripts: {{ .Values.migration.scripts.inline | toJson | sha256sum }}
{{- end }}
{{- end -}}
