{{/*
A container that runs `migrate`: the Job's, the gate's. One helper, so that they cannot drift.
Argument: dict "root" the root context, "name" of the container, "args" list, "settings" values of the component
(database, resources, env, envFrom), "secret" name of the Secret with the connection, "identity" true for the Job, which
records who ran (the gate must not: a revision in the pod template would roll the pods at each upgrade).
*/}}
{{- define "migrator.migrate.container" -}}
{{- $values := .root.Values -}}
name: {{ .name }}
image: {{ include "migrator.migrate.image" .root | quote }}
imagePullPolicy: {{ include "migrator.migrate.pullPolicy" .root }}
{{- with $values.migration.command }}
command: {{- toYaml . | nindent 2 }}
{{- end }}
args: {{- toYaml .args | nindent 2 }}
{{- $env := include "migrator.database.env" (dict "root" .root "secret" .secret "keys" .settings.database.keys) }}
{{- if or $env .identity .settings.env }}
env:
  {{- if .identity }}
  {{- include "migrator.migrate.identity" .root | nindent 2 }}
  {{- end }}
  {{- with $env }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .settings.env }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- with .settings.envFrom }}
envFrom: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.resources }}
resources: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.containerSecurityContext }}
securityContext: {{- toYaml . | nindent 2 }}
{{- end }}
# migrate writes the cause of a failure there; should it not come that far, the end of its log stands in.
terminationMessagePolicy: FallbackToLogsOnError
{{- end -}}

{{/* Where the scripts are, as a flag; none leaves it to the image's MIGRATE_DIR. Argument: the root context. */}}
{{- define "migrator.migrate.dir" -}}
{{- with .Values.migration.dir }}--dir={{ . }}{{ end -}}
{{- end -}}

{{/* The image with `migrate` in it, by default the application's. Argument: the root context. */}}
{{- define "migrator.migrate.image" -}}
{{- if .Values.migration.image.repository -}}
{{- include "migrator.image" (dict "image" .Values.migration.image "name" "migration.image") -}}
{{- else -}}
{{- include "migrator.image" (dict "image" .Values.image "name" "image") -}}
{{- end -}}
{{- end -}}

{{- define "migrator.migrate.pullPolicy" -}}
{{- ternary .Values.migration.image.pullPolicy .Values.image.pullPolicy (ne .Values.migration.image.repository "") -}}
{{- end -}}

{{/*
Who runs, for migrate's table of runs. `helm template`, which phases are rendered with, knows no revision.
Argument: the root context.
*/}}
{{- define "migrator.migrate.identity" -}}
- name: MIGRATE_RELEASE
  value: {{ .Release.Name | quote }}
{{- if eq .Values.phase "all" }}
- name: MIGRATE_REVISION
  value: {{ .Release.Revision | quote }}
{{- end }}
- name: MIGRATE_IMAGE
  value: {{ include "migrator.migrate.image" . | quote }}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
{{- end -}}
