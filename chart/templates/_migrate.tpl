{{/*
A container that runs `migrate`: the Job's, the gate's, the test's. One helper, so that they cannot drift.
Argument: dict "root" the root context, "name" of the container, "args" what follows the command and its folder,
"settings" values of the component, "secret" name of the Secret with the connection, "identity" true for the Job,
which records who ran (the gate must not: a revision in the pod template would roll the pods at each upgrade).
*/}}
{{- define "migrator.migrate.container" -}}
{{- $values := .root.Values -}}
{{- $files := and .secret (eq $values.database.credentials "files") -}}
name: {{ .name }}
image: {{ include "migrator.migrate.image" .root | quote }}
imagePullPolicy: {{ ternary $values.migration.image.pullPolicy $values.image.pullPolicy (ne $values.migration.image.repository "") }}
{{- with $values.migration.command }}
command:
  {{- toYaml . | nindent 2 }}
{{- end }}
args:
  {{- include "migrator.migrate.args" . | nindent 2 }}
{{- with include "migrator.env" (dict "made" (include "migrator.migrate.env" .) "own" .settings.env) }}
{{ . }}
{{- end }}
{{- with .settings.envFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.containerSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- $mounts := include "migrator.migrate.mounts" (dict "root" .root "files" $files) | trim }}
{{- if or $mounts .settings.extraVolumeMounts }}
volumeMounts:
  {{- with $mounts }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .settings.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
# migrate writes the cause of a failure there; should it not come that far, the end of its log stands in.
terminationMessagePolicy: FallbackToLogsOnError
{{- end -}}

{{/* The variables that this chart makes. Argument: as migrator.migrate.container. */}}
{{- define "migrator.migrate.env" -}}
{{- $files := and .secret (eq .root.Values.database.credentials "files") -}}
{{- if .identity -}}
{{- include "migrator.migrate.identity" .root }}
{{ end -}}
{{- include "migrator.database.env" (dict "root" .root "secret" .secret "keys" .settings.database.keys "files" $files) | trim }}
{{- if $files }}
- name: MIGRATE_SETTINGS_DIR
  value: /etc/migrate/settings
{{- end }}
{{- end -}}

{{/*
The command, its folder (none leaves it to the image's MIGRATE_DIR), what Job and gate must agree on, and the rest.
Argument: as migrator.migrate.container.
*/}}
{{- define "migrator.migrate.args" -}}
{{- $migration := .root.Values.migration -}}
{{- $args := list (first .args) -}}
{{- with $migration.dir }}{{ $args = append $args (printf "--dir=%s" .) }}{{ end -}}
{{- with $migration.schema }}{{ $args = append $args (printf "--schema=%s" .) }}{{ end -}}
{{- with $migration.historyTable }}{{ $args = append $args (printf "--history-table=%s" .) }}{{ end -}}
{{- concat $args (rest .args) | toYaml -}}
{{- end -}}

{{/* The image with `migrate` in it, by default the application's. Argument: the root context. */}}
{{- define "migrator.migrate.image" -}}
{{- if .Values.migration.image.repository -}}
{{- include "migrator.image" (dict "image" .Values.migration.image "name" "migration.image") -}}
{{- else -}}
{{- include "migrator.image" (dict "image" .Values.image "name" "image") -}}
{{- end -}}
{{- end -}}

{{/*
Who runs, for migrate's table of runs. `helm template`, with which phases are rendered, knows no revision.
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

{{/* Whether scripts are mounted: "true" or nothing. Argument: the root context. */}}
{{- define "migrator.migrate.mountsScripts" -}}
{{- if or .Values.migration.scripts.configMap .Values.migration.scripts.inline -}}true{{- end -}}
{{- end -}}

{{/*
The volumes that such a container needs. Argument: dict "root" the root context, "settings" values of the component,
"secret" name of the Secret, "scripts" name of the ConfigMap that this chart makes of inline scripts.
*/}}
{{- define "migrator.migrate.volumes" -}}
{{- $database := .root.Values.database -}}
{{- if include "migrator.migrate.mountsScripts" .root }}
- name: migrations
  configMap:
    name: {{ tpl (.root.Values.migration.scripts.configMap | default .scripts) .root | quote }}
{{- end }}
{{- if and .secret (eq $database.credentials "files") }}
{{- $keys := mergeOverwrite dict ($database.keys | default dict) (.settings.database.keys | default dict) }}
- name: database-settings
  secret:
    secretName: {{ .secret | quote }}
    items:
      {{- range $variable, $field := include "migrator.database.variables" . | fromYaml }}
      {{- with get $keys $field }}
      - key: {{ . | quote }}
        path: {{ $variable }}
      {{- end }}
      {{- end }}
{{- end }}
{{- end -}}

{{/* … and where it mounts them. Argument: dict "root" the root context, "files" true when the Secret is mounted. */}}
{{- define "migrator.migrate.mounts" -}}
{{- if include "migrator.migrate.mountsScripts" .root }}
- name: migrations
  mountPath: {{ .root.Values.migration.dir | quote }}
  readOnly: true
{{- end }}
{{- if .files }}
- name: database-settings
  mountPath: /etc/migrate/settings
  readOnly: true
{{- end }}
{{- with include "migrator.database.mounts" .root }}
{{ . }}
{{- end }}
{{- end -}}
