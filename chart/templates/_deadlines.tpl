{{/*
The deadline ladder, as values.yaml describes it: `pod`, `job` and `helm` in whole seconds, as YAML. What is left empty
is derived; a contradiction fails with a sentence that names the two values. Argument: the root context.
*/}}
{{- define "migrator.deadlines" -}}
{{- $m := .Values.migration -}}
{{- $waits := add (include "migrator.milliseconds" $m.connectWait) (include "migrator.milliseconds" $m.lockWait) -}}
{{- $run := include "migrator.milliseconds" $m.timeout | int64 -}}
{{- if ge $waits $run -}}
{{- fail (printf "migration.connectWait (%s) and migration.lockWait (%s) together must be shorter than migration.timeout (%s), or the run is ended while it may still wait." $m.connectWait $m.lockWait $m.timeout) -}}
{{- end -}}

{{- $pod := add (include "migrator.seconds" $m.timeout) 30 -}}
{{- if $m.podDeadline -}}
{{- $pod = include "migrator.seconds" $m.podDeadline | int64 -}}
{{- if le (mul $pod 1000) $run -}}
{{- fail (printf "migration.timeout (%s) must be shorter than migration.podDeadline (%s), or Kubernetes kills the pod before migrate can say why it ends." $m.timeout $m.podDeadline) -}}
{{- end -}}
{{- end -}}

{{- $tries := add (mul (add $m.backoffLimit 1) $pod) (include "migrator.backoff" $m.backoffLimit) -}}
{{- $job := add $tries 10 -}}
{{- if $m.jobDeadline -}}
{{- $job = include "migrator.seconds" $m.jobDeadline | int64 -}}
{{- if ge $tries $job -}}
{{- fail (printf "migration.backoffLimit (%d) and migration.podDeadline (%s) make %d tries that take up to %ds with their back-off, which must be shorter than migration.jobDeadline (%s), or Kubernetes deletes a running pod with its log." ($m.backoffLimit | int) ($m.podDeadline | default (printf "%ds, from timeout" $pod)) (add $m.backoffLimit 1) $tries $m.jobDeadline) -}}
{{- end -}}
{{- end -}}

{{- $helm := max 300 (add $job 10) -}}
{{- if $m.helmTimeout -}}
{{- $helm = include "migrator.seconds" $m.helmTimeout | int64 -}}
{{- if ge $job $helm -}}
{{- fail (printf "migration.jobDeadline (%s) must be shorter than migration.helmTimeout (%s), or helm gives up with nothing but \"deadline exceeded\"." ($m.jobDeadline | default (printf "%ds, from timeout and backoffLimit" $job)) $m.helmTimeout) -}}
{{- end -}}
{{- end -}}
pod: {{ $pod }}
job: {{ $job }}
helm: {{ $helm }}
{{- end -}}

{{/*
The Job controller's pauses in all: 10 s, doubled each time up to 10 minutes (MaxJobPodFailureBackOff in Kubernetes'
pkg/controller/job/job_controller.go; its documentation still says 6). Argument: backoffLimit.
*/}}
{{- define "migrator.backoff" -}}
{{- $pause := 10 -}}
{{- $sum := 0 -}}
{{- range until (int .) -}}
{{- $sum = add $sum $pause -}}
{{- $pause = min 600 (mul $pause 2) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}

{{/* A time such as 1m30s in milliseconds. Argument: the text. */}}
{{- define "migrator.milliseconds" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+[a-z]+" . -1 -}}
{{- $sum = add $sum (mul (regexFind "^[0-9]+" . | atoi) (get $units (regexFind "[a-z]+$" .))) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}

{{/* A time in whole seconds, rounded up. Argument: the text. */}}
{{- define "migrator.seconds" -}}
{{- div (add (include "migrator.milliseconds" .) 999) 1000 -}}
{{- end -}}
