{{/*
A container that runs `migrate`. The Job, the gate and the test pod share it, so that they cannot diverge.
Argument: dict "root" the root context, "name" the container's name, "args" the subcommand and its options, "settings" the
component's values, "secret" the name of the Secret with the connection, "identity" for the Jobs: the suffix of the Job's own objects.
The Jobs record the release and its revision, and get the values of the placeholders. The gate does not: the revision would
change the pod template and replace the pods at each upgrade.
*/}}
{{- define "migrator.migrate.container" -}}
{{- $values := .root.Values -}}
{{- $files := and .secret (eq $values.database.credentials "files") -}}
name: {{ .name }}
image: {{ include "migrator.migrate.image" .root | quote }}
imagePullPolicy: {{ ternary $values.migration.image.pullPolicy $values.image.pullPolicy (ne $values.migration.image.repository "") }}
{{- with $values.migration.command }}
command:
  {{- include "migrator.text.list" (dict "root" $.root "value" .) | nindent 2 }}
{{- end }}
args:
  {{- include "migrator.migrate.args" . | nindent 2 }}
{{- with include "migrator.env" (dict "root" .root "generated" (include "migrator.migrate.env" .) "settings" .settings) | trim }}
{{ . }}
{{- end }}
{{- with .settings.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "migrator.container.security" . }}
{{ . }}
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
# migrate writes the cause of a failure to the termination message. If it could not, Kubernetes uses the end of the log.
terminationMessagePolicy: FallbackToLogsOnError
{{- end -}}

{{/*
The values of the migration, with the advice that `migrate` prints after a failure, as YAML. Argument: dict "root" the root context, "advice" the
text, or "".
*/}}
{{- define "migrator.migrate.advised" -}}
{{- $settings := deepCopy .root.Values.migration -}}
{{- with .advice -}}
{{- $_ := set $settings "env" (prepend ($settings.env | default list) (dict "name" "MIGRATE_ADVICE" "value" .)) -}}
{{- end -}}
{{- toYaml $settings -}}
{{- end -}}

{{/* The generated environment variables. Argument: as for migrator.migrate.container. */}}
{{- define "migrator.migrate.env" -}}
{{- $files := and .secret (eq .root.Values.database.credentials "files") -}}
{{- if .identity -}}
{{- include "migrator.migrate.identity" .root }}
{{- include "migrator.placeholders.env" (dict "root" .root "suffix" .identity) }}
{{ end -}}
{{- /* The version of the pod, for migrate's --after-rollout. */}}
- name: MIGRATE_SET
  value: {{ include "migrator.migrate.set" .root | quote }}
{{ include "migrator.database.env" (dict "root" .root "secret" .secret "keys" .settings.database.keys "files" $files) | trim }}
{{- if $files }}
- name: MIGRATE_SETTINGS_DIR
  value: /etc/migrate/settings
{{- end }}
{{- end -}}

{{/*
The arguments: the subcommand, the options that the Job and the gate must share, and the other options. Without
migration.dir, the image's MIGRATE_DIR applies. Argument: as for migrator.migrate.container.
*/}}
{{- define "migrator.migrate.args" -}}
{{- $migration := .root.Values.migration -}}
{{- $args := list (first .args) -}}
{{- with $migration.dir }}{{ $args = append $args (printf "--dir=%s" .) }}{{ end -}}
{{- with $migration.schema }}{{ $args = append $args (printf "--schema=%s" .) }}{{ end -}}
{{- with $migration.historyTable }}{{ $args = append $args (printf "--history-table=%s" .) }}{{ end -}}
{{- with $migration.historyOwner }}{{ $args = append $args (printf "--history-owner=%s" .) }}{{ end -}}
{{- range $migration.trustRoles }}{{ $args = append $args (printf "--trust-role=%s" .) }}{{ end -}}
{{- if $migration.noDetail }}{{ $args = append $args "--no-detail" }}{{ end -}}
{{- if kindIs "invalid" $migration.retryLogin | ternary (eq $migration.mode "job") $migration.retryLogin }}{{ $args = append $args "--retry-login" }}{{ end -}}
{{- include "migrator.text.list" (dict "root" .root "value" (concat $args (rest .args))) -}}
{{- end -}}

{{/* The image that contains `migrate`, by default the application's image. Argument: the root context. */}}
{{- define "migrator.migrate.image" -}}
{{- if .Values.migration.image.repository -}}
{{- include "migrator.image" (dict "image" .Values.migration.image "name" "migration.image") -}}
{{- else -}}
{{- include "migrator.image" (dict "image" .Values.image "name" "image") -}}
{{- end -}}
{{- end -}}

{{/* The images and the scripts: pods with another value belong to another version. Argument: the root context. */}}
{{- define "migrator.migrate.set" -}}
{{- $scripts := .Values.migration.scripts -}}
{{- include "migrator.migrate.image" . -}}
{{- if and .Values.migration.image.repository .Values.app.enabled .Values.image.repository (or .Values.image.tag .Values.image.digest) }} app {{ include "migrator.image" (dict "image" .Values.image "name" "image") }}{{ end -}}
{{- if $scripts.configMap }} scripts {{ tpl $scripts.configMap . }}
{{- else if $scripts.inline }} scripts {{ toJson $scripts.inline | sha256sum | trunc 12 }}
{{- end -}}
{{- end -}}

{{/*
The environment variables that identify the run in migrate's table of runs. Argument: the root context.
*/}}
{{- define "migrator.migrate.identity" -}}
- name: MIGRATE_RELEASE
  value: {{ .Release.Name | quote }}
{{- if include "migrator.migration.recordsRevision" . }}
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

{{/* "true" if scripts are mounted, otherwise nothing. Argument: the root context. */}}
{{- define "migrator.migrate.mountsScripts" -}}
{{- if or .Values.migration.scripts.configMap .Values.migration.scripts.inline -}}true{{- end -}}
{{- end -}}

{{/*
The volumes of a container that runs `migrate`, except the CA certificate. Argument: dict "root" the root context,
"settings" the component's values, "secret" the name of the Secret, "scripts" the name of the ConfigMap that the chart
generates from the inline scripts.
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

{{/*
The volume mounts of a container that runs `migrate`.
Argument: dict "root" the root context, "files" true if the Secret is mounted as files.
*/}}
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
