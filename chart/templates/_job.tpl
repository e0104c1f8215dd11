{{/* The spec of the migration Job. Argument: the root context. */}}
{{- define "migrator.migration.spec" -}}
{{- include "migrator.job.spec" (dict "root" . "container" (include "migrator.migration.container" .)) -}}
{{- end -}}

{{/*
The spec of a Job. The migration Job and the rollback Job share it, so that they cannot diverge.
Argument: a dict with "root" (the root context), "container" (the YAML text of the Job's container, which is named migrate), and optionally
"serviceAccount" (another name than that of the migration Job) and "automountToken" (whether the pod gets an API token in any case).
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
# Rules for migrate's exit codes. The Job retries the codes that are not listed: 3 and 4 are temporary failures, and 137
# and 143 mean that the pod was killed.
podFailurePolicy:
  rules:
    # The eviction of a pod from a drained node does not count as a retry.
    - action: Ignore
      onPodConditions:
        - type: DisruptionTarget
          status: "True"
    # A migration failed (1), settings or scripts are invalid (2), or the history does not match the scripts (6).
    - action: FailJob
      onExitCodes:
        containerName: migrate
        operator: In
        values: [1, 2, 6]
template:
  metadata:
    labels:
      {{- $labels := mergeOverwrite dict ($migration.podLabels | default dict) (include "migrator.mesh.labels" $migration | fromYaml) }}
      {{- include "migrator.podLabels" (dict "root" $root "component" "migration" "labels" $labels) | nindent 6 }}
    {{- with mergeOverwrite dict ($migration.podAnnotations | default dict) (include "migrator.mesh.annotations" $migration | fromYaml) }}
    annotations:
      {{- include "migrator.text.map" (dict "root" $root "value" .) | nindent 6 }}
    {{- end }}
  spec:
    # Each attempt has its own pod, which keeps its log. podFailurePolicy requires this too.
    restartPolicy: Never
    # When the pod's deadline expires, the pod and its log are kept.
    activeDeadlineSeconds: {{ $deadlines.pod }}
    {{- include "migrator.pod.shared" (dict "root" $root "settings" $migration "serviceAccount" (.serviceAccount | default (include "migrator.migration.serviceAccount" $root)) "automountToken" .automountToken) | nindent 4 }}
    {{- with $migration.initContainers }}
    initContainers:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    containers:
      # The migration runs in the main container, because Helm does not print the logs of init containers.
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
