{{/* The spec of the Job that migrates. Argument: the root context. */}}
{{- define "migrator.migration.spec" -}}
{{- include "migrator.job.spec" (dict "root" . "container" (include "migrator.migration.container" .)) -}}
{{- end -}}

{{/*
A Job's spec: one helper, so that the way up and the way down cannot drift.
Argument: dict "root" the root context, "container" its container, named migrate, as text.
*/}}
{{- define "migrator.job.spec" -}}
{{- $root := .root -}}
{{- $migration := $root.Values.migration -}}
{{- $deadlines := include "migrator.deadlines" $root | fromYaml -}}
backoffLimit: {{ $migration.backoffLimit }}
activeDeadlineSeconds: {{ $deadlines.job }}
{{- if not (kindIs "invalid" $migration.ttlSecondsAfterFinished) }}
ttlSecondsAfterFinished: {{ $migration.ttlSecondsAfterFinished | int64 }}
{{- end }}
# migrate's exit codes. What is not listed counts as a try: 3 and 4, which may pass, 137 and 143, which are someone
# else's doing.
podFailurePolicy:
  rules:
    # A node that drains is nobody's failure.
    - action: Ignore
      onPodConditions:
        - type: DisruptionTarget
          status: "True"
    # A migration failed (1); settings or scripts are wrong (2); the history does not fit (6).
    - action: FailJob
      onExitCodes:
        containerName: migrate
        operator: In
        values: [1, 2, 6]
template:
  metadata:
    labels:
      {{- $labels := mergeOverwrite dict ($migration.podLabels | default dict) (include "migrator.migration.meshLabels" $root | fromYaml) }}
      {{- include "migrator.podLabels" (dict "root" $root "component" "migration" "labels" $labels) | nindent 6 }}
    {{- with mergeOverwrite dict ($migration.podAnnotations | default dict) (include "migrator.migration.meshAnnotations" $root | fromYaml) }}
    annotations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  spec:
    # A new pod for each try, so that the log of each stays; podFailurePolicy asks for it too.
    restartPolicy: Never
    # The pod's own deadline keeps it and its log.
    activeDeadlineSeconds: {{ $deadlines.pod }}
    {{- include "migrator.pod.shared" (dict "root" $root "settings" $migration "serviceAccount" (include "migrator.migration.serviceAccount" $root)) | nindent 4 }}
    {{- with $migration.initContainers }}
    initContainers:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    containers:
      # The work is in the main container: Helm prints only the logs of those.
      - {{ .container | indent 8 | trim }}
    {{- $volumes := include "migrator.migrate.volumes" (dict "root" $root "settings" $migration "secret" (include "migrator.migration.secret" $root) "scripts" (include "migrator.migration.name" $root)) | trim }}
    {{- $ca := include "migrator.database.volumes" $root }}
    {{- if or $volumes $ca $migration.extraVolumes }}
    volumes:
      {{- with $volumes }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- with $ca }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- with $migration.extraVolumes }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- end }}
{{- end -}}
