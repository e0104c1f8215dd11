{{/* The name of a Job's Secret, or "". Argument: dict "root" the root context, "suffix" that of the Job's own objects. */}}
{{- define "migrator.job.secret" -}}
{{- include "migrator.database.secret" (dict "root" .root "settings" .root.Values.migration "generated" (include "migrator.suffixed" .)) -}}
{{- end -}}

{{/* The spec of the migration Job. Argument: the root context. */}}
{{- define "migrator.migration.spec" -}}
{{- include "migrator.job.spec" (dict "root" . "container" (include "migrator.migration.container" .)) -}}
{{- end -}}

{{/*
The spec of a Job. All Jobs of the chart share it, so that they cannot diverge.
Argument: a dict with "root" (the root context), "container" (the YAML text of the Job's container, which is named migrate), and optionally
"serviceAccount" (another name than that of the migration Job), "automountToken" (whether the pod gets an API token in any case), and for the
contract Job "component" (the label of its pods), "suffix" (that of its own objects), "deadlines" and "settings" (instead of those of the migration).
*/}}
{{- define "migrator.job.spec" -}}
{{- $root := .root -}}
{{- $migration := $root.Values.migration -}}
{{- $settings := .settings | default $migration -}}
{{- $suffix := .suffix | default (include "migrator.migration.suffix" $root) -}}
{{- $deadlines := .deadlines | default (include "migrator.deadlines" $root | fromYaml) -}}
backoffLimit: {{ $settings.backoffLimit }}
activeDeadlineSeconds: {{ $deadlines.job }}
{{- if not (kindIs "invalid" $settings.ttlSecondsAfterFinished) }}
ttlSecondsAfterFinished: {{ $settings.ttlSecondsAfterFinished | int64 }}
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
      {{- include "migrator.podLabels" (dict "root" $root "component" (.component | default "migration") "labels" $labels) | nindent 6 }}
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
    {{- $volumes := include "migrator.migrate.volumes" (dict "root" $root "settings" $migration "secret" (include "migrator.job.secret" (dict "root" $root "suffix" $suffix)) "scripts" (include "migrator.suffixed" (dict "root" $root "suffix" $suffix))) | trim }}
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

{{/*
The sets of objects that the Jobs need (Secret, ConfigMap, ServiceAccount, NetworkPolicy), as a YAML list: "suffix" of their names, "component"
of the Job's pods, "events" of the hook, or nothing if the objects belong to the release, "account" whether the Job uses the set's ServiceAccount, and "readsApi" whether the
Job asks the API server. The contract Job has its own set, because Helm deletes the hooks when the migration has succeeded. So has the check before a rollback with `mode: job`,
because the objects of the release are still those of the newer revision then. Argument: the root context.
*/}}
{{- define "migrator.job.sets" -}}
{{- $copies := and .Values.serviceAccount.create (empty .Values.migration.serviceAccount.name) -}}
{{- if include "migrator.migration.prerequisitesAreRendered" . }}
- suffix: {{ include "migrator.migration.suffix" . }}
  component: migration
  events: {{ include "migrator.hook.prerequisites" . | splitList "," | compact | toJson }}
  account: {{ $copies }}
  readsApi: {{ include "migrator.rollback.workloads" . | empty | not }}
{{- end }}
{{- if include "migrator.contract.isRendered" . }}
- suffix: {{ include "migrator.contract.suffix" . }}
  component: contract
  account: {{ and $copies (empty .Values.migration.contract.serviceAccount.name) }}
  readsApi: true
{{- end }}
{{- if and (include "migrator.check.isRendered" .) (eq .Values.migration.mode "job") }}
- suffix: {{ include "migrator.check.suffix" . }}
  component: migration
  events: [pre-rollback]
  account: {{ $copies }}
{{- end }}
{{- end -}}

{{/*
The metadata of an object of a set. Argument: dict "root" the root context, "set" an element of migrator.job.sets, "weight" that of the hook, and
optionally "name", "labels" and "annotations".
*/}}
{{- define "migrator.job.metadata" -}}
{{- $name := .name | default (include "migrator.suffixed" (dict "root" .root "suffix" .set.suffix)) -}}
{{- $hook := dict "events" .set.events "weight" .weight "prerequisite" true -}}
{{- include "migrator.metadata" (dict "root" .root "name" $name "component" .set.component "labels" .labels "annotations" .annotations "hook" $hook) -}}
{{- end -}}
